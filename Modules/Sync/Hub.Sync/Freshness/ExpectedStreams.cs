using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;

namespace Hub.Sync.Freshness;

/// <summary>
/// Which streams are expected to be read, and since when. Whoever changes several streams of an integration holds them all first, so that none waits crosswise.
/// </summary>
internal sealed class ExpectedStreams(Db db, FreshnessJudge judge, TimeProvider time)
{
    /// <summary>From now on these streams come by themselves, also those that never came.</summary>
    public async Task Expect(IntegrationInfo integration, IReadOnlyList<string> streams, CancellationToken ct)
    {
        await Hold(integration.Id, ct);
        await Know(integration, streams, ct);
        await db.Execute(SetExpected, new { integration.Id, streams = streams.ToArray(), now = time.GetUtcNow() }, ct);
    }

    /// <summary>Sets the target of each of these streams in minutes; null takes what the schedule gives.</summary>
    public async Task Aim(IntegrationInfo integration, IReadOnlyDictionary<string, int?> targets, CancellationToken ct)
    {
        await Hold(integration.Id, ct);
        await Know(integration, [.. targets.Keys], ct);
        await db.Execute(SetTargets, new { integration.Id, streams = targets.Keys.ToArray(), targets = targets.Values.ToArray() }, ct);
        await judge.Judge(integration.Id, ct);
    }

    /// <summary>Its integration was disabled: whatever the alarm was, it is over.</summary>
    public async Task Pause(long integrationId, CancellationToken ct)
    {
        await Hold(integrationId, ct);
        await db.Execute(SetPaused, new { integrationId }, ct);
        await judge.Judge(integrationId, ct);
    }

    /// <summary>Its integration was enabled: what it missed meanwhile is not held against it.</summary>
    public async Task Resume(long integrationId, CancellationToken ct)
    {
        await Hold(integrationId, ct);
        await db.Execute(SetResumed, new { integrationId, now = time.GetUtcNow() }, ct);
    }

    private Task<int> Hold(long integrationId, CancellationToken ct) => db.Execute(HoldAll, new { integrationId }, ct);

    private Task<int> Know(IntegrationInfo integration, IReadOnlyList<string> streams, CancellationToken ct) => db.Execute(InsertMissing, new
    {
        integration.Id,
        integration.ScopePath,
        integration.Type,
        paused = !integration.Enabled,
        streams = streams.ToArray(),
        history = ReadHistory.None.ToJson(),
        now = time.GetUtcNow(),
    }, ct);

    private const string HoldAll = "select 1 from sync.stream_freshness where integration_id = @integrationId order by stream for update";

    private const string InsertMissing = """
        insert into sync.stream_freshness (integration_id, stream, scope_path, integration_type, history, expected_since, paused)
        select @id, n.stream, @scopePath, @type, @history, @now, @paused from unnest(@streams::text[]) as n(stream) order by n.stream
        on conflict (integration_id, stream) do nothing
        """;

    private const string SetExpected = """
        update sync.stream_freshness set expected_since = @now where integration_id = @id and stream = any(@streams)
        """;

    private const string SetTargets = """
        update sync.stream_freshness f set target_minutes = t.minutes
        from unnest(@streams::text[], @targets::int[]) as t(stream, minutes)
        where f.integration_id = @id and f.stream = t.stream
        """;

    private const string SetPaused = "update sync.stream_freshness set paused = true where integration_id = @integrationId and not paused";

    private const string SetResumed =
        "update sync.stream_freshness set paused = false, expected_since = @now where integration_id = @integrationId and paused";
}
