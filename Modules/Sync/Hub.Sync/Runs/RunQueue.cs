using System.Globalization;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;

namespace Hub.Sync.Runs;

/// <summary>
/// Puts runs into the queue, at most one live per integration: the database decides, also between people and schedules of several hubs. Each with its audit
/// entry, two statements however many there are.
/// </summary>
internal sealed class RunQueue(Db db, Audit audit, TimeProvider time)
{
    /// <summary>Call it inside a transaction.</summary>
    /// <returns>Those that were queued; an integration that is left out has a live run.</returns>
    public async Task<IReadOnlyList<SyncRun>> Enqueue(IReadOnlyList<WantedRun> wanted, CancellationToken ct)
    {
        if (wanted.Count == 0)
            return [];
        var now = time.GetUtcNow();
        var queued = await db.List<SyncRun>(Insert, new
        {
            ids = wanted.Select(_ => Guid.CreateVersion7(now)).ToArray(),
            integrationIds = wanted.Select(run => run.IntegrationId).ToArray(),
            // Arrays of arrays must be rectangular in PostgreSQL; paths are of any length.
            scopePaths = wanted.Select(run => string.Create(CultureInfo.InvariantCulture, $"{{{string.Join(',', run.ScopePath)}}}")).ToArray(),
            syncTypes = wanted.Select(run => run.SyncType.ToText()).ToArray(),
            jqls = wanted.Select(run => run.Jql).ToArray(),
            streams = wanted.Select(run => run.Streams is { } names ? string.Join(',', names) : null).ToArray(),
            requesters = wanted.Select(run => run.RequestedBy).ToArray(),
            traceParents = wanted.Select(run => run.TraceParent).ToArray(),
            now,
        }, ct);
        await audit.RecordAll("sync.started", "sync_run", [.. queued.Select(run => new AuditEntry(
            run.Id, run.ScopePath, AuditDiff.Between(null, new { run.IntegrationId, run.SyncType, run.Jql, run.RequestedBy })))], ct);
        return queued;
    }

    private const string Insert = $"""
        insert into sync.runs (id, integration_id, scope_id, scope_path, sync_type, jql, streams, status, requested_by, trace_parent, created_at, queued_at)
        select r.id, r.integration_id, r.path[cardinality(r.path)], r.path, r.sync_type, r.jql, string_to_array(r.streams, ','), 'queued', r.requested_by,
               r.trace_parent, @now, @now
        from (
            select w.id, w.integration_id, w.scope_path::bigint[] as path, w.sync_type, w.jql, w.streams, w.requested_by, w.trace_parent
            from unnest(
                @ids::uuid[], @integrationIds::bigint[], @scopePaths::text[], @syncTypes::text[], @jqls::text[], @streams::text[], @requesters::text[],
                @traceParents::text[]) as w(id, integration_id, scope_path, sync_type, jql, streams, requested_by, trace_parent)
        ) r
        on conflict (integration_id) where status in ('queued', 'running', 'waiting', 'quarantined') do nothing
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Queued}', '')
        """;
}

/// <param name="IntegrationId">What is to be synchronised.</param>
/// <param name="ScopePath">Where it belongs, root first.</param>
/// <param name="SyncType">How.</param>
/// <param name="RequestedBy">Who wants it: a name, or <c>schedule</c>.</param>
internal sealed record WantedRun(long IntegrationId, IReadOnlyList<long> ScopePath, SyncType SyncType, string RequestedBy)
{
    /// <summary>The query of a manual run.</summary>
    public string? Jql { get; init; }

    /// <summary>What is read; null for every stream that is switched on.</summary>
    public IReadOnlyList<string>? Streams { get; init; }

    /// <summary>The trace that the run continues; null begins one.</summary>
    public string? TraceParent { get; init; }
}
