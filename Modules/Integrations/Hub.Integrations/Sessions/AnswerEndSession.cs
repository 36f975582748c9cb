using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Sessions;

/// <summary>Ends the session of a token. Whoever holds the token is its owner.</summary>
internal sealed class AnswerEndSession(Db db, Audit audit, CallerAccessor caller, TimeProvider time) : IRequestHandler<EndSession>
{
    public async Task<Unit> Handle(EndSession request, CancellationToken cancellationToken)
    {
        await using var tx = await db.Begin(cancellationToken);
        var ended = await db.First<StoredSession>(Sql, new { hash = SessionToken.Hash(request.Token), now = time.GetUtcNow() }, cancellationToken);
        if (ended is not null)
        {
            caller.Current ??= ended.Owner;
            await ended.AuditEnd(audit, cancellationToken);
        }

        await tx.Commit(cancellationToken);
        return Unit.Value;
    }

    /// <summary>Ends the live session with <c>@hash</c>, at <c>@now</c>.</summary>
    public const string Sql = $"""
        update integrations.sessions s set revoked_at = @now
        where s.token_hash = @hash and s.revoked_at is null and s.expires_at > @now and s.ends_at > @now
        returning {Returned}
        """;

    /// <summary>The columns of a <see cref="StoredSession"/>, of the row called s.</summary>
    public const string Returned = """
        s.id, s.method, s.key_id, s.user_id,
        coalesce(
            (select k.name from integrations.keys k where k.id = s.key_id),
            (select coalesce(u.email, u.name, u.subject) from integrations.users u where u.id = s.user_id)) as name,
        s.role, s.scope_id, s.scope_path, s.expires_at, s.ends_at
        """;
}
