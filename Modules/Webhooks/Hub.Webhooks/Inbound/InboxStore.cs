using Npgsql;
using NpgsqlTypes;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Writes a batch of deliveries in one statement and one commit. A delivery id that is there already makes no second row: while the first is not
/// processed the repeat means the same event, and one that had failed is tried again at once.
/// </summary>
internal sealed class InboxStore(NpgsqlDataSource source, TimeProvider time)
{
    /// <returns>One receipt per delivery, in their order.</returns>
    public async Task<Receipt[]> Add(IReadOnlyList<Delivery> deliveries, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var stored = await Insert(connection, deliveries, ct);
        if (stored.Count == deliveries.Count)
            return [.. deliveries.Select(delivery => new Receipt(delivery.Id, Duplicate: false))];

        var repeated = deliveries.Where(delivery => !stored.Contains(delivery.Id)).ToArray();
        var first = await RepeatedDeliveries.Revive(connection, repeated, time.GetUtcNow(), ct);
        return [.. deliveries.Select(delivery => stored.Contains(delivery.Id)
            ? new Receipt(delivery.Id, Duplicate: false)
            : first[(delivery.IntegrationId, delivery.Facts.DeliveryId)])];
    }

    /// <summary>Inserts those that are new; inside a transaction of the connection they are there with its commit.</summary>
    /// <returns>The ids of those that were new.</returns>
    public static async Task<HashSet<Guid>> Insert(NpgsqlConnection connection, IReadOnlyList<Delivery> deliveries, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        var insert = new NpgsqlBatchCommand(InsertNew);
        Add(insert, NpgsqlDbType.Uuid, deliveries, d => d.Id);
        Add(insert, NpgsqlDbType.Bigint, deliveries, d => d.IntegrationId);
        Add(insert, NpgsqlDbType.Text, deliveries, d => d.IntegrationType);
        Add(insert, NpgsqlDbType.Text, deliveries, d => $"{{{string.Join(',', d.ScopePath)}}}");
        Add(insert, NpgsqlDbType.Text, deliveries, d => d.Facts.EventType);
        Add(insert, NpgsqlDbType.Text, deliveries, d => d.Facts.DeliveryId);
        Add(insert, NpgsqlDbType.Text, deliveries, d => d.Facts.EntityKey);
        Add(insert, NpgsqlDbType.Bytea, deliveries, d => d.Payload);
        Add(insert, NpgsqlDbType.Integer, deliveries, d => d.PayloadSize);
        Add(insert, NpgsqlDbType.Text, deliveries, d => d.Headers);
        Add(insert, NpgsqlDbType.TimestampTz, deliveries, d => d.ReceivedAt.UtcDateTime);
        Add(insert, NpgsqlDbType.Text, deliveries, d => d.TraceParent);
        Add(insert, NpgsqlDbType.Date, deliveries, d => d.Day);
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Notify));

        var stored = new HashSet<Guid>(deliveries.Count);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            stored.Add(reader.GetGuid(0));
        return stored;
    }

    public static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, IReadOnlyList<Delivery> deliveries, Func<Delivery, T> column) =>
        command.Parameters.Add(new NpgsqlParameter { Value = deliveries.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });

    private const string InsertNew = """
        with incoming as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) with ordinality as i (
                id, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at,
                trace_parent, day, position)
        ), fresh as (
            insert into webhooks.inbox_keys (integration_id, delivery_id, event_id, day)
            select integration_id, delivery_id, id, day from incoming order by position
            on conflict (integration_id, delivery_id) do nothing
            returning event_id
        ), stored as (
            insert into webhooks.inbox_events (
                id, day, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at,
                next_attempt_at, trace_parent)
            select id, day, integration_id, integration_type, scope_path::bigint[], event_type, delivery_id, entity_key, payload, payload_size,
                headers::jsonb, received_at, received_at, trace_parent
            from incoming join fresh on fresh.event_id = incoming.id
            order by position
            returning id, seq, integration_id, integration_type, scope_path, event_type
        ), told as (
            insert into webhooks.live_events (scope_path, type, data)
            select scope_path, 'webhook.received', jsonb_build_object(
                'event_id', id, 'integration_id', integration_id, 'integration_type', integration_type, 'event_type', event_type)
            from stored
            order by seq
        )
        select id from stored
        """;

    public const string Notify = "select pg_notify('hub_inbox', ''), pg_notify('hub_live', '')";
}
