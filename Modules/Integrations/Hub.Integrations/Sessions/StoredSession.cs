using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;

namespace Hub.Integrations.Sessions;

/// <summary>A session's row, as far as it is worth a line in the audit log.</summary>
internal sealed record StoredSession(
    long Id, string Method, long? KeyId, long? UserId, string Name, string Role, long ScopeId, IReadOnlyList<long> ScopePath,
    DateTimeOffset ExpiresAt, DateTimeOffset EndsAt)
{
    public Task AuditStart(Audit audit, CancellationToken ct) => audit.Record("session.started", "session", Id, ScopePath, AuditDiff.Between(null, Told()), ct);

    public Task AuditEnd(Audit audit, CancellationToken ct) => audit.Record("session.ended", "session", Id, ScopePath, AuditDiff.Between(Told(), null), ct);

    /// <summary>Whoever opens or ends a session does it as its owner: there is no other caller yet.</summary>
    public Caller Owner => new(KeyId, Name, Enum.Parse<Role>(Role, ignoreCase: true), ScopeId, ScopePath, UserId, Id);

    private object Told() => new { Name, Method, Role, ScopeId };
}
