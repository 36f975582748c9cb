using Hub.Webhooks.Inbound;

namespace Hub.Webhooks.Retention;

/// <summary>Every table that is kept by the day: to add one, partition it in a migration and name it here.</summary>
internal static class DailyTables
{
    public static IReadOnlyList<DailyTable> Of(WebhookOptions options) => [InboxEvents(options), LiveEvents, Deliveries(options), Messages(options)];

    /// <summary>
    /// What is dead is kept longer, and what is still open as long as it is: such rows move to today, whose partition is the newest. A worker that
    /// holds a lease looks for its row where it found it, so the day waits for it.
    /// </summary>
    private static DailyTable InboxEvents(WebhookOptions options) => new("inbox_events", "day", TimeSpan.FromDays(options.RetentionDays))
    {
        WorthKeptFor = TimeSpan.FromDays(Math.Max(options.RetentionDays, options.DeadRetentionDays)),
        Rescue = """
            with worth as (
                select id from webhooks.inbox_events
                where day = @day and (status in ('pending', 'failed') or status = 'dead' and received_at >= @worthSince)
                limit @bite
                for update skip locked
            ), moved as (
                update webhooks.inbox_events e
                set day = @today
                from worth
                where e.id = worth.id and e.day = @day
                returning e.integration_id, e.delivery_id
            )
            update webhooks.inbox_keys k
            set day = @today
            from moved
            where k.integration_id = moved.integration_id and k.delivery_id = moved.delivery_id
            """,
        Remains = """
            select exists (
                select from webhooks.inbox_events
                where day = @day and status in ('pending', 'failed', 'processing'))
                or exists (select from webhooks.inbox_events where day = @day and status = 'dead' and received_at >= @worthSince)
            """,
        BeforeDrop = "delete from webhooks.inbox_counts where day = @day",
    };

    /// <summary>They are for those who are looking. The place up to which they are gone is remembered for whoever comes back later.</summary>
    private static DailyTable LiveEvents => new("live_events", "created_at", TimeSpan.FromHours(24))
    {
        BeforeDrop = """
            insert into webhooks.live_pruned (xid, id)
            select xid, id
            from webhooks.live_events
            where created_at >= @day::timestamp at time zone 'UTC' and created_at < (@day + 1)::timestamp at time zone 'UTC'
            order by xid desc, id desc
            limit 1
            on conflict (only_row) do update set xid = excluded.xid, id = excluded.id
            where (excluded.xid, excluded.id) > (webhooks.live_pruned.xid, webhooks.live_pruned.id)
            """,
    };

    private static DailyTable Deliveries(WebhookOptions options) => new("deliveries_over", "day", TimeSpan.FromDays(options.RetentionDays));

    /// <summary>After the deliveries of their day. One that an endpoint still waits for moves to today; whose endpoint is gone is not waited for.</summary>
    private static DailyTable Messages(WebhookOptions options) => new("messages", "day", TimeSpan.FromDays(options.RetentionDays))
    {
        Rescue = """
            with waiting as (
                select d.id, d.message_id
                from webhooks.deliveries_open d
                where d.day = @day and exists (select 1 from webhooks.endpoints p where p.id = d.endpoint_id)
                limit @bite
            ), moved as (
                update webhooks.messages set day = @today where day = @day and id in (select message_id from waiting)
            )
            update webhooks.deliveries_open d set day = @today from waiting where d.id = waiting.id
            """,
        Remains = """
            select exists (
                select 1 from webhooks.deliveries_open d where d.day = @day and exists (select 1 from webhooks.endpoints p where p.id = d.endpoint_id))
                or exists (select 1 from webhooks.deliveries_over where day = @day)
            """,
        BeforeDrop = "delete from webhooks.deliveries_open where day = @day",
    };
}
