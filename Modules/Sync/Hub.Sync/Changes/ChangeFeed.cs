using Hub.SharedKernel.Data;

namespace Hub.Sync.Changes;

/// <summary>Appends what happened to records, inside the transaction that did it. (Tickets append in the statement that writes them.)</summary>
internal sealed class ChangeFeed(Db db, TimeProvider time)
{
    /// <summary>One statement, however many changes there are; they keep their order.</summary>
    /// <param name="integrationId">Whose records.</param>
    /// <param name="scopePath">Where they belong.</param>
    /// <param name="recordType">Such as <c>pull_request</c>, <c>commit</c>, <c>release</c>, <c>branch</c>.</param>
    /// <param name="changes">What happened.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task Append(long integrationId, IReadOnlyList<long> scopePath, string recordType, IReadOnlyList<RecordChange> changes, CancellationToken ct) =>
        changes.Count == 0 ? Task.CompletedTask : db.Execute(Insert, new
        {
            integrationId,
            scopeId = scopePath[^1],
            scopePath,
            recordType,
            recordIds = changes.Select(change => change.RecordId).ToArray(),
            keys = changes.Select(change => change.Key).ToArray(),
            kinds = changes.Select(change => change.Kind.ToString().ToLowerInvariant()).ToArray(),
            versions = changes.Select(change => change.Version).ToArray(),
            now = time.GetUtcNow(),
        }, ct);

    private const string Insert = """
        insert into sync.changes (scope_id, scope_path, integration_id, record_type, record_id, key, change, version, changed_at)
        select @scopeId, @scopePath, @integrationId, @recordType, c.record_id, c.key, c.change, c.version, @now
        from unnest(@recordIds::text[], @keys::text[], @kinds::text[], @versions::bigint[]) with ordinality as c(record_id, key, change, version, place)
        order by c.place
        """;
}

/// <param name="RecordId">The record's id, as the API names it.</param>
/// <param name="Key">What people call it: a pull request's number, a branch's name; null without.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Version">The record's version since then; null where it has none.</param>
internal sealed record RecordChange(string RecordId, string? Key, RecordChangeKind Kind, long? Version = null);

internal enum RecordChangeKind
{
    Created,
    Updated,
    Deleted,
}
