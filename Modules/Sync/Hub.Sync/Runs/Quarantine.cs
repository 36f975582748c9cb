using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Tickets;

namespace Hub.Sync.Runs;

/// <summary>Runs that wait for a person's word.</summary>
internal sealed class Quarantine(Db db, CallerAccessor caller)
{
    /// <summary>Locks a quarantined run of the caller's scope for the rest of the transaction.</summary>
    /// <exception cref="NotFoundException">There is none that the caller sees.</exception>
    /// <exception cref="ConflictException">It is not in quarantine.</exception>
    public async Task<Held> Hold(Guid id, CancellationToken ct)
    {
        var row = await db.First<Row>(Lock, new { id, scope = caller.Current!.ScopeId }, ct) ?? throw NotFoundException.Of("sync run", id);
        return row.Status is RunStatus.Quarantined && Checkpoint.Read(row.Checkpoint) is { Held: { } held } checkpoint
            ? new Held(
                new EndedRun(row.Id, row.IntegrationId, row.ScopePath, row.SyncType), checkpoint, new Walk(row.Id, row.IntegrationId, held.SiteKey, held.Began))
            : throw new ConflictException("not_quarantined", $"Run {id} is not in quarantine; its status is {row.Status.ToText()}.");
    }

    private sealed record Row(Guid Id, long IntegrationId, IReadOnlyList<long> ScopePath, SyncType SyncType, RunStatus Status, JsonElement? Checkpoint);

    private const string Lock = """
        select id, integration_id, scope_path, sync_type, status, checkpoint
        from sync.runs
        where id = @id and scope_path @> array[@scope]::bigint[]
        for update
        """;
}

/// <param name="Run">The run that waits.</param>
/// <param name="Checkpoint">What it read.</param>
/// <param name="Walk">What it walked.</param>
internal sealed record Held(EndedRun Run, Checkpoint Checkpoint, Walk Walk);
