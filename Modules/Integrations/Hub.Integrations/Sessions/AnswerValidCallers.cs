using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Sessions;

/// <summary>One statement for all who are connected. A connection that only listens does not prolong its session.</summary>
internal sealed class AnswerValidCallers(Db db, TimeProvider time) : IRequestHandler<AskValidCallers, ValidCallers>
{
    public async Task<ValidCallers> Handle(AskValidCallers request, CancellationToken cancellationToken)
    {
        var found = await db.One<Found>(Find, new { request.KeyIds, request.SessionIds, now = time.GetUtcNow() }, cancellationToken);
        return new ValidCallers(found.Keys, found.Sessions);
    }

    private sealed record Found(long[] Keys, long[] Sessions);

    // The use is noted once a minute; skip locked: nobody waits for another request's note.
    private const string Find = """
        with valid as (
            select id, last_used_at from integrations.keys
            where id = any(@KeyIds) and revoked_at is null and (expires_at is null or expires_at > @now)
        ), stale as (
            select id from integrations.keys
            where id in (select id from valid where last_used_at is null or last_used_at < @now - interval '1 minute')
            order by id
            for no key update skip locked
        ), noted as (
            update integrations.keys k set last_used_at = @now from stale where k.id = stale.id
        )
        select coalesce((select array_agg(id) from valid), '{}') as keys, coalesce((
            select array_agg(s.id)
            from integrations.sessions s
            left join integrations.keys k on k.id = s.key_id
            where s.id = any(@SessionIds) and s.revoked_at is null and s.expires_at > @now and s.ends_at > @now
              and (s.key_id is null or (k.revoked_at is null and (k.expires_at is null or k.expires_at > @now)))), '{}') as sessions
        """;
}
