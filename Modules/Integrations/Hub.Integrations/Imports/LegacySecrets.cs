using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Imports;

/// <summary>Who may take secrets out of the hub in plain text: platform admins, and never unseen.</summary>
internal static class LegacySecrets
{
    /// <exception cref="ForbiddenException">The caller is no platform admin.</exception>
    public static async Task Allow(
        Db db, Caller caller, Audit audit, string action, string targetType, long targetId, IReadOnlyList<long> path, CancellationToken ct)
    {
        if (caller is not { IsPlatform: true, Role: Role.Admin })
            throw new ForbiddenException("Only platform admins may take secrets out. Without include_secrets=true they are placeholders.");
        await using var tx = await db.Begin(ct);
        await audit.Record(action, targetType, targetId, path, null, ct);
        await tx.Commit(ct);
    }
}
