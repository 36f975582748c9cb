using Npgsql;
using NpgsqlTypes;

namespace Hub.Webhooks.Inbound;

/// <summary>Deliveries whose key is there already: each means the event of the first one, and one that had failed is tried again at once.</summary>
internal static class RepeatedDeliveries
{
    /// <returns>The receipts of the first ones.</returns>
    public static async Task<IReadOnlyDictionary<(long IntegrationId, string DeliveryId), Receipt>> Revive(
        NpgsqlConnection connection, IReadOnlyList<Delivery> repeated, DateTimeOffset now, CancellationToken ct)
    {
        var (first, ids, days) = (new Dictionary<(long, string), Receipt>(), new List<Guid>(), new HashSet<DateOnly>());
        await using var find = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(FindFirst) } };
        InboxStore.Add(find.BatchCommands[0], NpgsqlDbType.Bigint, repeated, d => d.IntegrationId);
        InboxStore.Add(find.BatchCommands[0], NpgsqlDbType.Text, repeated, d => d.Facts.DeliveryId);
        await using (var reader = await find.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var receipt = new Receipt(reader.GetGuid(0), Duplicate: reader.GetBoolean(3));
                first[(reader.GetInt64(1), reader.GetString(2))] = receipt;
                if (receipt.Duplicate)
                    continue;
                ids.Add(receipt.Id);
                days.Add(reader.GetFieldValue<DateOnly>(4));
            }
        }

        await using var revive = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(ReviveFailed), new NpgsqlBatchCommand(InboxStore.Notify) } };
        revive.BatchCommands[0].Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] });
        revive.BatchCommands[0].Parameters.Add(new NpgsqlParameter<DateOnly[]> { TypedValue = [.. days] });
        revive.BatchCommands[0].Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        await revive.ExecuteNonQueryAsync(ct);
        return first;
    }

    // A key outlives its event, which was done with long ago. One event is looked up in one partition.
    private const string FindFirst = """
        select k.event_id, k.integration_id, k.delivery_id, coalesce(e.status in ('processed', 'ignored'), true), k.day
        from unnest($1, $2) as r (integration_id, delivery_id)
        join webhooks.inbox_keys k on k.integration_id = r.integration_id and k.delivery_id = r.delivery_id
        left join lateral (select i.status from webhooks.inbox_events i where i.id = k.event_id and i.day = k.day limit 1) e on true
        """;

    private const string ReviveFailed = """
        update webhooks.inbox_events
        set status = 'pending', attempt = 0, next_attempt_at = $3, lease_until = null, lease_token = null
        where id = any($1) and day = any($2) and status in ('failed', 'dead')
        """;
}
