using System.Diagnostics;
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

    private const string Insert = """
        insert into kernel.audit_log (actor_key_id, actor_user_id, actor_name, action, target_type, target_id, scope_path, diff, outcome, trace_id)
        values (@actorKeyId, @actorUserId, @actorName, @action, @targetType, @targetId, @scopePath, @diff, @outcome, @traceId)
        """;
}
