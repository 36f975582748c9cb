using Hub.SharedKernel.Auditing;

namespace Hub.Integrations.Keys;

/// <summary>A key's row, as far as it is worth a line in the audit log.</summary>
internal sealed record StoredKey(
    long Id, string Name, string Prefix, string Role, long ScopeId, IReadOnlyList<long> ScopePath, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt)
{
    public Task AuditCreation(Audit audit, CancellationToken ct) => audit.Record("key.created", "key", Id, ScopePath, AuditDiff.Between(null, Told()), ct);

    public Task AuditRevocation(Audit audit, CancellationToken ct) => audit.Record("key.revoked", "key", Id, ScopePath, AuditDiff.Between(Told(), null), ct);

    private object Told() => new { Name, Prefix, Role, ScopeId, ExpiresAt };
}
