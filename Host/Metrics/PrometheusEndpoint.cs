using System.Diagnostics.Metrics;

namespace Hub.Host.Metrics;

/// <summary><c>GET /metrics</c> in the Prometheus text format 0.0.4. It tells of all tenants, so it takes a key of the platform scope.</summary>
internal static class PrometheusEndpoint
{
    private static readonly string[] Meters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    public static void AddPrometheus(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PrometheusExporter(provider.GetRequiredService<IMeterFactory>(), name =>
            name.StartsWith("Hub.", StringComparison.Ordinal) || Meters.Contains(name)));
        services.AddAuthorizationBuilder().AddPolicy("platform", policy => policy.RequireAuthenticatedUser().RequireClaim("scope_id", "1"));
    }

    public static void MapPrometheus(this IEndpointRouteBuilder app)
    {
        // Made at start, not at the first scrape: counters count from the first request on.
        var exporter = app.ServiceProvider.GetRequiredService<PrometheusExporter>();
        app.MapGet("/metrics", () => TypedResults.Text(exporter.Render(), "text/plain; version=0.0.4"))
            .RequireAuthorization("platform").WithTags("Operations").WithSummary("Metrics in Prometheus text");
    }
}
