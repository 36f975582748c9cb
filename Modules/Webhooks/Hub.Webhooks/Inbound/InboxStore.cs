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
        var first = await Revive(connection, repeated, ct);
        return [.. deliveries.Select(delivery => stored.Contains(delivery.Id)
            ? new Receipt(delivery.Id, Duplicate: false)
            : first[(delivery.IntegrationId, delivery.Facts.DeliveryId)])];
    }

    private static async Task<HashSet<Guid>> Insert(NpgsqlConnection connection, IReadOnlyList<Delivery> deliveries, CancellationToken ct)
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
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Notify));

        var stored = new HashSet<Guid>(deliveries.Count);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            stored.Add(reader.GetGuid(0));
        return stored;
    }

    private async Task<Dictionary<(long, string), Receipt>> Revive(NpgsqlConnection connection, Delivery[] repeated, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in (string[])[FindFirst, ReviveFailed])
        {
            var command = new NpgsqlBatchCommand(sql);
            Add(command, NpgsqlDbType.Bigint, repeated, d => d.IntegrationId);
            Add(command, NpgsqlDbType.Text, repeated, d => d.Facts.DeliveryId);
            if (sql == ReviveFailed)
                command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(Notify));
        var first = new Dictionary<(long, string), Receipt>();
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            first[(reader.GetInt64(1), reader.GetString(2))] = new Receipt(reader.GetGuid(0), Duplicate: reader.GetBoolean(3));
        return first;
    }

    private static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, IReadOnlyList<Delivery> deliveries, Func<Delivery, T> column) =>
        command.Parameters.Add(new NpgsqlParameter { Value = deliveries.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });

    private const string InsertNew = """
        with incoming as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) with ordinality as i (
                id, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at,
                trace_parent, position)
        ), stored as (
            insert into webhooks.inbox_events (
                id, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at,
                next_attempt_at, trace_parent)
            select id, integration_id, integration_type, scope_path::bigint[], event_type, delivery_id, entity_key, payload, payload_size,
                headers::jsonb, received_at, received_at, trace_parent
            from incoming
            order by position
            on conflict (integration_id, delivery_id) do nothing
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

    private const string FindFirst = """
        select e.id, e.integration_id, e.delivery_id, e.status in ('processed', 'ignored')
        from webhooks.inbox_events e
        join unnest($1, $2) as r (integration_id, delivery_id) on r.integration_id = e.integration_id and r.delivery_id = e.delivery_id
        """;

    private const string ReviveFailed = """
        update webhooks.inbox_events e
        set status = 'pending', attempt = 0, next_attempt_at = $3, lease_until = null, lease_token = null
        from unnest($1, $2) as r (integration_id, delivery_id)
        where e.integration_id = r.integration_id and e.delivery_id = r.delivery_id and e.status in ('failed', 'dead')
        """;

    private const string Notify = "select pg_notify('hub_inbox', ''), pg_notify('hub_live', '')";
}
