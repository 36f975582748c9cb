using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Sessions;

/// <summary>Finds the session by its token's hash, anew for every request: signed out, revoked, or its key revoked, it is refused at once everywhere.</summary>
internal sealed class AnswerAuthenticateSession(Db db, TimeProvider time) : IRequestHandler<AuthenticateSession, AuthenticatedSession?>
{
    public Task<AuthenticatedSession?> Handle(AuthenticateSession request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.First<AuthenticatedSession>(
            Find, new { hash = SessionToken.Hash(request.Token), now, expires = now + SessionLife.Idle }, cancellationToken);
    }

    // The use is noted once a minute; skip locked: nobody waits for another request's note.
    private const string Find = """
        with found as (
            select s.id, s.key_id, s.user_id, coalesce(k.name, u.email, u.name, u.subject) as name, s.role, s.scope_id, s.scope_path, s.last_used_at
            from integrations.sessions s
            left join integrations.keys k on k.id = s.key_id
            left join integrations.users u on u.id = s.user_id
            where s.token_hash = @hash and s.revoked_at is null and s.expires_at > @now and s.ends_at > @now
              and (s.key_id is null or (k.revoked_at is null and (k.expires_at is null or k.expires_at > @now)))
        ), stale as (
            select id from integrations.sessions
            where id = (select id from found where last_used_at < @now - interval '1 minute')
            for no key update skip locked
        ), noted as (
            update integrations.sessions s set last_used_at = @now, expires_at = least(@expires, s.ends_at) from stale where s.id = stale.id
        )
        select id as session_id, key_id, user_id, name, role, scope_id, scope_path from found
        """;
}
