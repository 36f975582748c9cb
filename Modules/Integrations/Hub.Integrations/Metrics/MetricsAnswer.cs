using Hub.Integrations.Health.History;
using Hub.Sync.Contracts;
using Hub.Webhooks.Contracts;

namespace Hub.Integrations.Metrics;

/// <summary>How integrations did in a window.</summary>
/// <param name="Calls">Connection tests and real calls.</param>
/// <param name="Errors">Those that failed, throttled ones included.</param>
/// <param name="ErrorRate">Errors by calls, 0 to 1; null without calls.</param>
/// <param name="Uptime">Share of calls that found the provider working, in percent; being throttled is working. Null without calls.</param>
/// <param name="LatencyMs">Latency of calls, accurate to a quarter; null when nothing was timed.</param>
/// <param name="Sync">Synchronisation.</param>
/// <param name="DataVolume">How much went through.</param>
/// <param name="DataFreshness">How old the synchronised data is.</param>
/// <param name="Webhooks">Received webhooks.</param>
internal sealed record MetricsFigures(
    long Calls, long Errors, double? ErrorRate, double? Uptime, Latency? LatencyMs, SyncMetrics Sync, DataVolume DataVolume, DataFreshness DataFreshness,
    WebhookMetrics Webhooks)
{
    public static MetricsFigures Of(HealthFigures health, SyncFigures? sync, WebhookFigures? webhooks, DateTimeOffset now) => new(
        health.Calls, health.Failures, health.ErrorRate, health.Uptime, Latency.Of(health.Latency), SyncMetrics.Of(sync),
        new DataVolume(sync?.RecordsRead ?? 0, sync?.RecordsChanged ?? 0, webhooks?.Bytes ?? 0),
        new DataFreshness(sync?.FreshAsOf, sync?.FreshAsOf is { } at ? Math.Round((now - at).TotalSeconds, 1) : null), WebhookMetrics.Of(webhooks));
}

/// <param name="Runs">Runs that were completed or failed.</param>
/// <param name="Completed">Runs that reached their end.</param>
/// <param name="Failed">Runs that failed.</param>
/// <param name="SuccessRate">Completed by runs, 0 to 1; null without runs.</param>
/// <param name="DurationMs">Duration of completed runs, waits included.</param>
internal sealed record SyncMetrics(long Runs, long Completed, long Failed, double? SuccessRate, Durations? DurationMs)
{
    public static SyncMetrics Of(SyncFigures? figures)
    {
        var (completed, failed) = (figures?.Completed ?? 0, figures?.Failed ?? 0);
        var runs = completed + failed;
        return new SyncMetrics(
            runs, completed, failed, runs == 0 ? null : Math.Round((double)completed / runs, 5),
            figures is { DurationP50: { } p50, DurationP95: { } p95 } ? new Durations(Math.Round(p50, 1), Math.Round(p95, 1)) : null);
    }
}

internal sealed record Durations(double P50, double P95);

/// <param name="RecordsRead">Records read from third parties.</param>
/// <param name="RecordsChanged">Records created, updated or deleted here by synchronisation.</param>
/// <param name="WebhookBytes">Size of received webhook bodies.</param>
internal sealed record DataVolume(long RecordsRead, long RecordsChanged, long WebhookBytes);

/// <param name="AsOf">
/// What was so at the third party then is here: the start of the last completed synchronisation; of all together the oldest. Null without one in the window
/// or within seven days.
/// </param>
/// <param name="AgeSeconds">How long ago that is.</param>
internal sealed record DataFreshness(DateTimeOffset? AsOf, double? AgeSeconds);

/// <param name="Received">Events taken in; the following are parts of it.</param>
/// <param name="Processed">Those that had an effect.</param>
/// <param name="Ignored">Those that nobody had a use for.</param>
/// <param name="Pending">Those that are waiting or to be tried again.</param>
/// <param name="Dead">Those that were given up.</param>
/// <param name="ProcessingMs">Processing time; null before the first attempt.</param>
internal sealed record WebhookMetrics(long Received, long Processed, long Ignored, long Pending, long Dead, Latency? ProcessingMs)
{
    public static WebhookMetrics Of(WebhookFigures? figures) => new(
        figures?.Received ?? 0, figures?.Processed ?? 0, figures?.Ignored ?? 0, figures?.Pending ?? 0, figures?.Dead ?? 0,
        figures is { ProcessingP50: { } p50, ProcessingP95: { } p95, ProcessingP99: { } p99 }
            ? new Latency(Math.Round(p50, 1), Math.Round(p95, 1), Math.Round(p99, 1)) : null);
}
