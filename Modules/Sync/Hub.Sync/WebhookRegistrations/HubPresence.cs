using System.Globalization;
using Hub.SharedKernel.Data;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>
/// Notes a few times a minute that a hub is there. When none was for longer than a minute, deliveries have failed meanwhile: every kept webhook is looked at
/// at once, and Jira, which keeps no list of them, is read anew.
/// </summary>
internal sealed class HubPresence(Db db, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Missed = TimeSpan.FromMinutes(1);

    public async Task Note(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await db.First<DateTimeOffset?>(Look, null, ct) is { } seen && now - seen < Every)
            return;
        await using var tx = await db.Begin(ct);
        if (await db.First<DateTimeOffset?>(Hold, null, ct) is { } last && now - last > Missed)
        {
            var why = $"no hub was there to receive webhooks from {Words(last)} to {Words(now)} UTC";
            await db.Execute(MakeDue, new { now, why }, ct);
        }

        await db.Execute(Write, new { now }, ct);
        await tx.Commit(ct);
    }

    private static string Words(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private const string Look = "select seen_at from sync.webhook_watch";

    private const string Hold = "select seen_at from sync.webhook_watch for update";

    private const string Write = """
        insert into sync.webhook_watch as w (seen_at) values (@now)
        on conflict (only_row) do update set seen_at = greatest(w.seen_at, excluded.seen_at)
        """;

    private const string MakeDue = $"""
        with kept as (
            select integration_id from sync.webhook_registrations where hook_id is not null and next_check_at is not null order by integration_id for update
        )
        update sync.webhook_registrations r
        set next_check_at = least(r.next_check_at, @now), wishes = r.wishes + 1,
            gap = case when r.integration_type = '{RegistrationSignals.Jira}' then coalesce(r.gap, @why) else r.gap end
        from kept
        where r.integration_id = kept.integration_id
        """;
}
