using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;

namespace Hub.SharedKernel.Auditing;

/// <summary>Writes who did what to which thing. Call it inside the transaction of the change, so that both happen or neither.</summary>
public sealed class Audit(Db db, CallerAccessor caller)
{
    /// <param name="action">What was done, as <c>thing.verb</c>: <c>integration.updated</c>.</param>
    /// <param name="targetType">The kind of thing: <c>integration</c>.</param>
    /// <param name="targetId">Its id.</param>
    /// <param name="scopePath">The scope the thing belongs to: who may read this entry.</param>
    /// <param name="diff">Field to old and new value, secrets already replaced: see <see cref="AuditDiff"/>.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <param name="outcome"><c>success</c> or <c>failure</c>.</param>
    public Task Record(
        string action, string targetType, object targetId, IReadOnlyList<long> scopePath, JsonObject? diff, CancellationToken ct, string outcome = "success") =>
        db.Execute(Insert, new
        {
            actorKeyId = caller.Current?.KeyId,
            actorUserId = caller.Current?.UserId,
            actorName = caller.Current?.Name ?? "system",
            action,
            targetType,
            targetId = targetId.ToString(),
            scopePath,
            diff,
            outcome,
            traceId = Activity.Current?.TraceId.ToHexString(),
        }, ct);

    /// <summary>The same action on many things, in one statement.</summary>
    public Task RecordAll(string action, string targetType, IReadOnlyList<AuditEntry> entries, CancellationToken ct) =>
        entries.Count == 0 ? Task.CompletedTask : db.Execute(InsertAll, new
        {
            actorKeyId = caller.Current?.KeyId,
            actorUserId = caller.Current?.UserId,
            actorName = caller.Current?.Name ?? "system",
            action,
            targetType,
            targetIds = entries.Select(entry => entry.TargetId.ToString()).ToArray(),
            scopePaths = entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{{{string.Join(',', entry.ScopePath)}}}")).ToArray(),
            diffs = entries.Select(entry => entry.Diff?.ToJsonString()).ToArray(),
            traceId = Activity.Current?.TraceId.ToHexString(),
        }, ct);

    private const string Insert = """
        insert into kernel.audit_log (actor_key_id, actor_user_id, actor_name, action, target_type, target_id, scope_path, diff, outcome, trace_id)
        values (@actorKeyId, @actorUserId, @actorName, @action, @targetType, @targetId, @scopePath, @diff, @outcome, @traceId)
        """;

    private const string InsertAll = """
        insert into kernel.audit_log (actor_key_id, actor_user_id, actor_name, action, target_type, target_id, scope_path, diff, outcome, trace_id)
        select @actorKeyId, @actorUserId, @actorName, @action, @targetType, e.target_id, e.scope_path::bigint[], e.diff::jsonb, 'success', @traceId
        from unnest(@targetIds::text[], @scopePaths::text[], @diffs::text[]) as e(target_id, scope_path, diff)
        """;
}

/// <param name="TargetId">The thing's id.</param>
/// <param name="ScopePath">The scope it belongs to: who may read the entry.</param>
/// <param name="Diff">Field to old and new value, secrets already replaced.</param>
public sealed record AuditEntry(object TargetId, IReadOnlyList<long> ScopePath, JsonObject? Diff);
