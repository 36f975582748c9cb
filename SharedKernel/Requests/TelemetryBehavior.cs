using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Hub.SharedKernel.Requests;

/// <summary>One span, one duration and, on a fault, one log line per request. Names only: never the request's content.</summary>
internal sealed class TelemetryBehavior<TRequest, TResponse>(ILogger<TelemetryBehavior<TRequest, TResponse>> log) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    private static readonly string Name = NameOf(typeof(TRequest));

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = Telemetry.Source.StartActivity(Name);
        var started = Stopwatch.GetTimestamp();
        var outcome = "ok";
        try
        {
            return await next();
        }
        catch (HubException refused)
        {
            outcome = refused.Code;
            throw;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            outcome = "fault";
            activity?.SetStatus(ActivityStatusCode.Error, fault.GetType().Name);
            log.LogDebug("{Request} failed with {Fault}", Name, fault.GetType().Name);
            throw;
        }
        finally
        {
            var tags = new TagList { { "request", Name }, { "outcome", outcome } };
            Telemetry.RequestDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    // A slice nests its request (StartRun.Request): the slice's name is the telling part.
    private static string NameOf(Type type) => type.DeclaringType is { } slice ? $"{slice.Name}.{type.Name}" : type.Name;
}

internal static class Telemetry
{
    public static readonly ActivitySource Source = new("Hub.Requests");
    private static readonly Meter Meter = new("Hub.Requests");
    public static readonly Histogram<double> RequestDuration = Meter.CreateHistogram<double>("hub.request.duration", "s", "Time a request took inside the hub");
}
