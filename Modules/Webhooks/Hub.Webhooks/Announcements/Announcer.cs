using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.Announcements;

/// <summary>Something that happened and that others want to know.</summary>
/// <param name="Type">Such as <c>ticket.updated</c>.</param>
/// <param name="Data">What there is to say, as JSON.</param>
/// <param name="Entity">The thing it is about: endpoints that want order get what is about one thing in order. Null where there is no such thing.</param>
/// <param name="LiveOnly">For those who are looking; too much, or of no use, for endpoints.</param>
/// <param name="ByNameOnly">For endpoints that ask for it by its name or its group; neither for those that want all, nor for live clients.</param>
/// <param name="NotTo">The endpoint that it is about: it is not told of its own troubles.</param>
internal sealed record Announcement(
    string Type, object Data, string? Entity = null, bool LiveOnly = false, bool ByNameOnly = false, long? NotTo = null);

/// <summary>
/// Writes down what happened for live clients and for endpoints, in the transaction in which it happens: one statement, however many events and
/// endpoints. An endpoint is told of what happens at its scope and below.
/// </summary>
internal static class Announcer
{
    /// <param name="db">The open transaction.</param>
    /// <param name="scopePath">Where it happened, root first.</param>
    /// <param name="events">In the order in which they happened.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <returns>How many deliveries were queued.</returns>
    public static async Task<long> Tell(Db db, IReadOnlyList<long> scopePath, IEnumerable<Announcement> events, DateTimeOffset now, CancellationToken ct)
    {
        var rows = events.Select(one => (one.Type, one.Entity, one.LiveOnly, one.ByNameOnly, one.NotTo, Id: Guid.CreateVersion7(now), Data: Json(one.Data)))
            .ToArray();
        return await db.One<long>(Sql, new
        {
            scopePath,
            now,
            ids = rows.Select(row => row.Id).ToArray(),
            types = rows.Select(row => row.Type).ToArray(),
            entities = rows.Select(row => row.Entity).ToArray(),
            liveOnly = rows.Select(row => row.LiveOnly).ToArray(),
            byNameOnly = rows.Select(row => row.ByNameOnly).ToArray(),
            notTo = rows.Select(row => row.NotTo ?? 0).ToArray(),
            data = rows.Select(row => row.Data).ToArray(),
            payloads = rows.Select(row => Payload(row.Type, now, row.Data)).ToArray(),
        }, ct);
    }

    /// <summary>The body of a message, as Standard Webhooks has it.</summary>
    public static string Payload(string type, DateTimeOffset at, string data) =>
        $$"""{"type":{{JsonSerializer.Serialize(type)}},"timestamp":{{JsonSerializer.Serialize(at, HubJson.Options)}},"data":{{data}}}""";

    /// <summary>A third party's text; PostgreSQL stores no zero.</summary>
    public static string? Text(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    private static string Json(object data) => data as string ?? JsonSerializer.Serialize(data, data.GetType(), HubJson.Options);

    /// <summary>Endpoints <c>p</c> that want an event <c>e</c>.</summary>
    private const string Wants = """
        p.scope_id = any(@scopePath) and p.state <> 'disabled' and p.id <> e.not_to
            and (p.event_types = '{}' and not e.by_name_only or e.type = any(p.event_types) or split_part(e.type, '.', 1) || '.*' = any(p.event_types))
            and (p.filter is null or e.data::jsonb @> p.filter)
        """;

    private const string Sql = $"""
        with e as (
            select *
            from unnest(@ids, @types, @entities, @liveOnly, @byNameOnly, @notTo, @data, @payloads) with ordinality
                as e (id, type, entity, live_only, by_name_only, not_to, data, payload, position)
        ), told as (
            insert into webhooks.live_events (scope_path, type, data)
            select @scopePath, e.type, e.data::jsonb from e where not e.by_name_only order by e.position
        ), wanted as (
            select e.id, e.type, e.payload, e.position, p.id as endpoint_id,
                case when p.ordering = 'entity' then e.entity end as order_key
            from e join webhooks.endpoints p on {Wants}
            where not e.live_only
        ), stored as (
            insert into webhooks.messages (id, day, scope_path, event_type, payload, created_at)
            select distinct on (id) id, (@now at time zone 'UTC')::date, @scopePath, type, payload, @now from wanted
        ), queued as (
            insert into webhooks.deliveries (id, day, endpoint_id, message_id, event_type, order_key, next_attempt_at, created_at)
            select webhooks.uuid_v7(@now), (@now at time zone 'UTC')::date, endpoint_id, id, type, order_key, @now, @now from wanted order by position, endpoint_id
            returning 1
        ), woken as (
            select pg_notify('hub_live', ''), case when exists (select 1 from wanted) then pg_notify('hub_deliveries', '') end
        )
        select (select count(*) from queued) from woken
        """;
}
