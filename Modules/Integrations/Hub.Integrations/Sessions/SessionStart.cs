using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Sessions;

/// <summary>Whom a new session is for.</summary>
internal sealed record NewSession(
    string Method, string Name, string Role, long ScopeId, IReadOnlyList<long> ScopePath, long? KeyId = null, long? UserId = null, long? IntegrationId = null);

/// <summary>Opens sessions, inside the caller's transaction. From here on the request acts as the session's owner: the audit log names them.</summary>
internal sealed class SessionStart(Db db, Audit audit, CallerAccessor caller, TimeProvider time)
{
    /// <param name="wanted">Whose.</param>
    /// <param name="earlier">The token of a session that this one takes the place of.</param>
    /// <param name="ct">Cancels the writes.</param>
    public async Task<StartedSession> Open(NewSession wanted, string? earlier, CancellationToken ct)
    {
        var token = SessionToken.New();
        var now = time.GetUtcNow();
        if (earlier is not null && await db.First<StoredSession>(AnswerEndSession.Sql, new { hash = SessionToken.Hash(earlier), now }, ct) is { } replaced)
        {
            caller.Current = replaced.Owner;
            await replaced.AuditEnd(audit, ct);
        }

        var session = await db.One<StoredSession>(Insert, new
        {
            hash = SessionToken.Hash(token),
            wanted.Method,
            wanted.KeyId,
            wanted.UserId,
            wanted.IntegrationId,
            wanted.Name,
            wanted.Role,
            wanted.ScopeId,
            wanted.ScopePath,
            now,
            expires = now + SessionLife.Idle,
            ends = now + SessionLife.Whole,
        }, ct);
        caller.Current = session.Owner;
        await session.AuditStart(audit, ct);
        return new StartedSession(session.Id, token, session.Name, session.Role, session.ScopeId, session.ExpiresAt, session.EndsAt);
    }

    private const string Insert = """
        insert into integrations.sessions (
            token_hash, method, key_id, user_id, integration_id, role, scope_id, scope_path, created_at, last_used_at, expires_at, ends_at)
        values (@hash, @method, @keyId, @userId, @integrationId, @role, @scopeId, @scopePath, @now, @now, @expires, @ends)
        returning id, method, key_id, user_id, @name::text as name, role, scope_id, scope_path, expires_at, ends_at
        """;
}
