using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hub.Host.Telemetry;

/// <summary>
/// Traces and metrics over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, by the OpenTelemetry environment variables. Without it spans are
/// still made, unrecorded, so that one trace id goes from the request through the worker to the outbound call.
/// </summary>
internal static class TelemetryServices
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "Hub.*"];
    private static readonly string[] Meters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "Hub.*"];

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        // Paths and methods on the server span: off by default in the framework since it cannot know whether an exporter listens.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var endpoint = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        services.AddHostedService(_ => string.IsNullOrWhiteSpace(endpoint) ? new TelemetryHost(Propagate()) : new TelemetryHost(Export()));
    }

    private static ActivityListener[] Propagate()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Hub.", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return [listener];
    }

    private static IDisposable[] Export()
    {
        var resource = ResourceBuilder.CreateDefault().AddService("integration-hub", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString());
        return
        [
            Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter().Build(),
            Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter((OtlpExporterOptions _, MetricReaderOptions reader) =>
                reader.TemporalityPreference = MetricReaderTemporalityPreference.Cumulative).Build(),
        ];
    }

    /// <summary>Flushes what is still buffered when the host has stopped serving.</summary>
    private sealed class TelemetryHost(IDisposable[] parts) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => Array.ForEach(parts, part => part.Dispose());
    }
}
