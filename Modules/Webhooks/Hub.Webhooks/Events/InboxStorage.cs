using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.Webhooks.Inbound;

namespace Hub.Webhooks.Events;

/// <summary>What the inbox holds, and for how long.</summary>
/// <param name="Bytes">On disk with all indexes; null below the platform scope.</param>
/// <param name="Events">The caller's own.</param>
/// <param name="OldestReceivedAt">The receipt of the oldest of these; null when there is none.</param>
/// <param name="RetentionDays">How long events are kept.</param>
/// <param name="DeadRetentionDays">How long those are kept that were given up.</param>
/// <param name="Partitions">Oldest first; null below the platform scope.</param>
internal sealed record InboxStorage(
    long? Bytes, long Events, DateTimeOffset? OldestReceivedAt, int RetentionDays, int DeadRetentionDays, IReadOnlyList<InboxStorage.Partition>? Partitions)
{
    /// <param name="Day">In UTC; null for the partition of events whose day has none of its own yet.</param>
    /// <param name="Bytes">On disk with its indexes.</param>
    /// <param name="Events">PostgreSQL's estimate.</param>
    public sealed record Partition(DateOnly? Day, long Bytes, long Events);

    /// <returns>From the catalogue only; the counts of the caller's own events are left at none.</returns>
    public static async Task<InboxStorage> Of(Db db, Caller caller, WebhookOptions options, CancellationToken ct)
    {
        var kept = new InboxStorage(null, 0, null, options.RetentionDays, Math.Max(options.RetentionDays, options.DeadRetentionDays), null);
        if (!caller.IsPlatform)
            return kept;
        var partitions = await db.List<Partition>(SelectPartitions, null, ct);
        return kept with { Bytes = partitions.Sum(partition => partition.Bytes) + await db.One<long>(SelectKeyBytes, null, ct), Partitions = partitions };
    }

    private const string SelectPartitions = """
        select d.day, pg_total_relation_size(i.inhrelid) as bytes, greatest(c.reltuples::bigint, pg_stat_get_live_tuples(i.inhrelid), 0) as events
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        left join webhooks.days_of('inbox_events') d on d.part = i.inhrelid
        where i.inhparent = 'webhooks.inbox_events'::regclass
        order by d.day nulls last
        """;

    private const string SelectKeyBytes = "select pg_total_relation_size('webhooks.inbox_keys')";
}
