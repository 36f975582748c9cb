using Hub.Integrations.Contracts;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Hub.Integrations.Keys;

/// <summary>
/// After this the platform has a usable admin key: the one from the environment, or one that was there, or a new random one. Any number of hubs
/// may start at once and again.
/// </summary>
internal sealed class AnswerFirstAdminKey(Db db, Audit audit, TimeProvider time, ILogger<AnswerFirstAdminKey> log)
    : IRequestHandler<EnsureFirstAdminKey, FirstAdminKey>
{
    private sealed record Known(long Id, bool Usable, bool Replaced);

    public async Task<FirstAdminKey> Handle(EnsureFirstAdminKey request, CancellationToken cancellationToken)
    {
        await using var tx = await db.Begin(cancellationToken);
        await db.Execute(LockPlatform, null, cancellationToken);
        string? made = null;
        if (request.FromEnvironment?.Trim() is { Length: > 0 } given)
            await Take(EnvironmentKey.Checked(given), cancellationToken);
        else if ((await db.List<long>(PlatformAdmins.LockUsable, new { now = time.GetUtcNow() }, cancellationToken)).Count == 0)
            await Add(made = KeyText.Generate(), "first_start", "First admin key", cancellationToken);
        await tx.Commit(cancellationToken);
        return new FirstAdminKey(made);
    }

    private async Task Take(string text, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var known = await db.First<Known>(FindKnown, new { hash = KeyText.Hash(text), now }, ct);
        if (known is { Usable: false, Replaced: false })
        {
            // Somebody revoked it, perhaps because it leaked: a restart must not bring it back.
            if ((await db.List<long>(PlatformAdmins.LockUsable, new { now }, ct)).Count == 0)
                throw new InvalidOperationException("HUB_ADMIN_KEY is a key that was revoked, has expired or is not a platform admin's, and there is no other. Set a new value.");
            log.LogWarning("HUB_ADMIN_KEY is key {KeyId}, which was revoked, has expired or is not a platform admin's; it is left as it is. Set a new value", known.Id);
            return;
        }

        if (known is { Replaced: true } && await db.First<StoredKey>(TakeBack, new { known.Id }, ct) is { } back)
            await back.AuditCreation(audit, ct);
        var id = known?.Id ?? await Add(text, "environment", "HUB_ADMIN_KEY", ct);
        foreach (var earlier in await db.List<StoredKey>(RevokeEarlier, new { id, now }, ct))
            await earlier.AuditRevocation(audit, ct);
    }

    private async Task<long> Add(string text, string origin, string name, CancellationToken ct)
    {
        var key = await db.One<StoredKey>(Insert, new { hash = KeyText.Hash(text), prefix = KeyText.Prefix(text), name, origin }, ct);
        await key.AuditCreation(audit, ct);
        return key.Id;
    }

    // One starter after the other, without standing in the way of those who create scopes.
    private const string LockPlatform = "select id from integrations.scopes where id = 1 for no key update";

    private const string FindKnown = """
        select id, scope_id = 1 and role = 'admin' and revoked_at is null and (expires_at is null or expires_at > @now) as usable,
               replaced_by is not null as replaced
        from integrations.keys
        where key_hash = @hash
        """;

    private const string Insert = """
        insert into integrations.keys (key_hash, prefix, name, role, scope_id, scope_path, origin)
        values (@hash, @prefix, @name, 'admin', 1, '{1}', @origin)
        returning id, name, prefix, role, scope_id, scope_path, expires_at, created_at
        """;

    private const string TakeBack = """
        update integrations.keys set revoked_at = null, replaced_by = null
        where id = @id
        returning id, name, prefix, role, scope_id, scope_path, expires_at, created_at
        """;

    private const string RevokeEarlier = """
        update integrations.keys set revoked_at = @now, replaced_by = @id
        where origin = 'environment' and revoked_at is null and id <> @id
        returning id, name, prefix, role, scope_id, scope_path, expires_at, created_at
        """;
}
