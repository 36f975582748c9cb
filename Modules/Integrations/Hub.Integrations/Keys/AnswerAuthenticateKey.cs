using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Keys;

/// <summary>Finds the key by its hash: one indexed statement, asked anew for every request, so that a revoked key is refused at once.</summary>
internal sealed class AnswerAuthenticateKey(Db db, TimeProvider time) : IRequestHandler<AuthenticateKey, AuthenticatedKey?>
{
    public Task<AuthenticatedKey?> Handle(AuthenticateKey request, CancellationToken cancellationToken) =>
        db.First<AuthenticatedKey>(Find, new { hash = KeyText.Hash(request.Key), now = time.GetUtcNow() }, cancellationToken);

    // The use is noted once a minute; skip locked: nobody waits for another request's note.
    private const string Find = """
        with found as (
            select id, name, role, scope_id, scope_path, last_used_at
            from integrations.keys
            where key_hash = @hash and revoked_at is null and (expires_at is null or expires_at > @now)
        ), stale as (
            select id from integrations.keys
            where id = (select id from found where last_used_at is null or last_used_at < @now - interval '1 minute')
            for no key update skip locked
        ), noted as (
            update integrations.keys k set last_used_at = @now from stale where k.id = stale.id
        )
        select id as key_id, name, role, scope_id, scope_path from found
        """;
}
