using System.Collections.Concurrent;
using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Verification;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Counts refused deliveries per hour, provider, integration (where it can be told) and reason. Counted in memory and written every few seconds:
/// whoever sends junk costs no database work per request.
/// </summary>
internal sealed class Rejections(WorkerContext context) : Worker(context)
{
    private readonly ConcurrentDictionary<(DateTimeOffset Hour, string Provider, long IntegrationId, string Reason, string ScopePath), long> counts = new();

    protected override string Channel => "hub_rejections";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(2);

    /// <param name="provider">The integration type; <c>unknown</c> for a token that names nobody.</param>
    /// <param name="sender">The only integration it can have been meant for, if there is one.</param>
    /// <param name="reason">Why.</param>
    public void Count(string provider, Sender? sender, Verdict reason) =>
        Count(provider, sender, JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()));

    /// <param name="provider">The integration type; <c>unknown</c> for a token that names nobody.</param>
    /// <param name="sender">The only integration it can have been meant for, if there is one.</param>
    /// <param name="word">Why, as it is shown: one of few.</param>
    public void Count(string provider, Sender? sender, string word)
    {
        var now = Time.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var path = string.Join(',', sender?.Integration.ScopePath ?? [Caller.PlatformScope]);
        counts.AddOrUpdate((hour, provider, sender?.Integration.Id ?? 0, word, path), 1, (_, count) => count + 1);
        WebhookMetrics.Rejected(provider, word);
    }

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        foreach (var key in counts.Keys)
        {
            if (!counts.TryRemove(key, out var count))
                continue;
            try
            {
                await db.Execute(Upsert, new
                {
                    hour = key.Hour,
                    provider = key.Provider,
                    integrationId = key.IntegrationId,
                    reason = key.Reason,
                    scopePath = key.ScopePath.Split(',').Select(long.Parse).ToArray(),
                    count,
                }, ct);
            }
            catch
            {
                counts.AddOrUpdate(key, count, (_, since) => since + count);
                throw;
            }
        }

        return 0;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!counts.IsEmpty)
            await Tick(cancellationToken);
    }

    private const string Upsert = """
        insert into webhooks.rejections (hour, provider, integration_id, reason, scope_path, count)
        values (@hour, @provider, @integrationId, @reason, @scopePath, @count)
        on conflict (hour, provider, integration_id, reason) do update set count = webhooks.rejections.count + excluded.count
        """;
}
