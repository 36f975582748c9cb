using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;

namespace Hub.Integrations.OAuth;

/// <summary>Keeps what a state stands for, on any replica and over a restart. A state is good once and for ten minutes.</summary>
internal sealed class PendingAuthorizations(Db db, SecretProtector protector, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Field = "verifier";

    /// <param name="pending">With the verifier in plain text.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task Keep(PendingAuthorization pending, CancellationToken ct) => db.Execute(Insert, new
    {
        pending.StateHash,
        pending.IntegrationId,
        pending.Client,
        verifier = protector.Protect(Owner(pending.StateHash), Field, pending.Verifier),
        pending.RedirectUri,
        pending.BrowserHash,
        pending.ReturnTo,
        pending.Force,
        pending.CallerKeyId,
        pending.CallerUserId,
        pending.CallerSessionId,
        pending.ExpiresAt,
        now = time.GetUtcNow(),
    }, ct);

    /// <summary>Takes it out: whoever comes second finds nothing. Only the hash is looked up, so that no clock tells anything about the state.</summary>
    /// <returns>With the verifier in plain text; null when there is none, or it is too old, or it cannot be decrypted any more.</returns>
    public async Task<PendingAuthorization?> Take(string state, CancellationToken ct)
    {
        var hash = Pkce.Hash(state);
        if (await db.First<PendingAuthorization>(Delete, new { hash }, ct) is not { } pending || pending.ExpiresAt <= time.GetUtcNow())
            return null;
        return protector.TryUnprotect(Owner(hash), Field, pending.Verifier) is { } verifier ? pending with { Verifier = verifier } : null;
    }

    /// <summary>The key that started it, as it is now; null when it may not be used any more.</summary>
    public async Task<Caller?> Key(PendingAuthorization pending, CancellationToken ct) =>
        await db.First<AuthenticatedKey>(SelectKey, new { id = pending.CallerKeyId, now = time.GetUtcNow() }, ct) is { } key
            && Enum.TryParse<Role>(key.Role, ignoreCase: true, out var role)
            ? new Caller(key.KeyId, key.Name, role, key.ScopeId, key.ScopePath) : null;

    private static string Owner(byte[] stateHash) => $"oauth-state:{Convert.ToHexStringLower(stateHash)}";

    private const string Insert = """
        with dropped as (delete from integrations.oauth_states where expires_at <= @now)
        insert into integrations.oauth_states (
            state_hash, integration_id, client, verifier, redirect_uri, browser_hash, return_to, force, caller_key_id, caller_user_id,
            caller_session_id, expires_at)
        values (
            @StateHash, @IntegrationId, @Client, @verifier, @RedirectUri, @BrowserHash, @ReturnTo, @Force, @CallerKeyId, @CallerUserId,
            @CallerSessionId, @ExpiresAt)
        """;

    private const string Delete = """
        delete from integrations.oauth_states where state_hash = @hash
        returning state_hash, integration_id, client, verifier, redirect_uri, browser_hash, return_to, force, caller_key_id, caller_user_id,
            caller_session_id, expires_at
        """;

    private const string SelectKey = """
        select id as key_id, name, role, scope_id, scope_path from integrations.keys
        where id = @id and revoked_at is null and (expires_at is null or expires_at > @now)
        """;
}
