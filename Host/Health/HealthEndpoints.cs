using System.Diagnostics;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Migrations;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Hub.Host.Health;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve, database and schema included. <c>/health</c>: all of it.</summary>
internal static class HealthEndpoints
{
    private const string Ready = "ready";

    public static void AddHubHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DatabaseCheck>("database", tags: [Ready], timeout: TimeSpan.FromSeconds(5))
        .AddCheck<MigrationsCheck>("migrations", tags: [Ready], timeout: TimeSpan.FromSeconds(5));

    public static void MapHubHealth(this IEndpointRouteBuilder app)
    {
        Map(app, "/health", _ => true);
        Map(app, "/health/live", _ => false);
        Map(app, "/health/ready", check => check.Tags.Contains(Ready));
    }

    private static void Map(IEndpointRouteBuilder app, string path, Func<HealthCheckRegistration, bool> which) =>
        app.MapHealthChecks(path, new HealthCheckOptions
        {
            Predicate = which,
            ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(
                new
                {
                    Status = Word(report.Status),
                    DurationMs = Math.Round(report.TotalDuration.TotalMilliseconds, 1),
                    Checks = report.Entries.ToDictionary(e => e.Key, e => new { Status = Word(e.Value.Status), e.Value.Description }),
                }, HubJson.Options),
        }).AllowAnonymous();

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}

internal sealed class DatabaseCheck(NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy($"answered in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("cannot be reached");
        }
    }
}

internal sealed class MigrationsCheck(NpgsqlDataSource source, TimeProvider time) : IHealthCheck
{
    private volatile bool current;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (current)
            return HealthCheckResult.Healthy("the schema is current");
        try
        {
            var pending = (await Startup.HubMigrations.Status(source, time, cancellationToken)).Sum(schema => schema.Pending.Count);
            current = pending == 0;
            return current ? HealthCheckResult.Healthy("the schema is current") : HealthCheckResult.Unhealthy($"{pending} steps pending: run hub migrate up");
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException or OperationCanceledException or MigrationException)
        {
            return HealthCheckResult.Unhealthy("unknown");
        }
    }
}
