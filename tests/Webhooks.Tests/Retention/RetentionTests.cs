using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using Hub.Webhooks.Retention;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static Hub.Webhooks.Tests.Processing.WorkerHub;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Retention;

public sealed class RetentionTests
{
    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task a_day_goes_as_a_whole_except_for_what_is_dead_or_open_and_its_repeats_are_still_known()
    {
        await using var hub = await StartAt(time, setup => setup.Settings["Hub:Webhooks:MaxAttempts"] = "1");
        var jira = await hub.Jira();
        await Retain(hub);
        var done = await Deliver(hub, jira, 1);
        await hub.Drain();
        hub.Reaction.Then = _ => throw new InvalidOperationException("broken");
        var dead = await Deliver(hub, jira, 2);
        await hub.Drain();
        var open = await Deliver(hub, jira, 3);
        (await DayOf(hub, done)).Should().Be("inbox_events_20260301");

        time.Advance(TimeSpan.FromDays(30));
        await Retain(hub);
        (await hub.Http.Get($"webhooks/events/{done}")).Expect(200);
        time.Advance(TimeSpan.FromDays(1));
        await Retain(hub);

        (await hub.Http.Get($"webhooks/events/{done}")).Expect(404);
        (await hub.Rows<string>("select to_char(day, 'YYYYMMDD') from webhooks.days_of('inbox_events') order by 1")).Should().NotContain("20260301").And.Contain("20260408");
        (await DayOf(hub, dead)).Should().Be("inbox_events_20260401");
        (await hub.Http.Get($"webhooks/events/{dead}")).Expect(200).GetProperty("attempts").GetArrayLength().Should().Be(1);
        (await hub.StatusOf(open)).Should().Be("pending");
        (await hub.Http.Get("webhooks/events")).Expect(200).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()).Should().Equal(open, dead);
        (await hub.Deliver(jira, Issue(1), "1-s")).Expect(200).GetProperty("status").GetString().Should().Be("duplicate", "it was done with, though it is gone");

        hub.Reaction.Then = null;
        await hub.Drain();
        (await hub.StatusOf(open)).Should().Be("processed");
        hub.Reaction.Then = _ => throw new InvalidOperationException("still broken");
        (await Deliver(hub, jira, 2)).Should().Be(dead, "a repeat revives what is dead, wherever it was moved");
        await hub.Drain();
        for (var month = 0; month < 2; month++)
        {
            (await hub.StatusOf(dead)).Should().Be("dead");
            time.Advance(TimeSpan.FromDays(31));
            await Retain(hub);
        }

        (await hub.Rows<Guid>("select id from webhooks.inbox_events")).Should().BeEmpty("ninety days are over for the dead as well");
        (await hub.Query<int>("select count(*)::int from webhooks.inbox_keys where event_id = @done", new { done })).Should().Be(0);
    }

    [Test]
    public async Task a_lease_that_lasts_makes_the_day_wait()
    {
        await using var hub = await StartAt(time);
        await Retain(hub);
        var id = await Deliver(hub, await hub.Jira(), 1);
        hub.Reaction.Then = async _ =>
        {
            hub.Reaction.Then = null;
            time.Advance(TimeSpan.FromDays(40));
            await Retain(hub);
        };

        await hub.Drain();

        (await hub.StatusOf(id)).Should().Be("processed");
        (await DayOf(hub, id)).Should().Be("inbox_events_20260301");
        await Retain(hub);
        (await hub.Http.Get($"webhooks/events/{id}")).Expect(404);
    }

    [Test]
    public async Task rows_of_a_day_that_nobody_expected_are_stored_and_get_their_partition_later()
    {
        var late = new FakeTime(new DateTimeOffset(2031, 12, 31, 23, 59, 59, TimeSpan.Zero));
        await using var hub = await StartAt(late);
        var jira = await hub.Jira();
        await using (var earlier = await HubFixture.Start(setup => (setup.Workers, setup.Time, setup.ConnectionString) = (false, time, hub.Hub.ConnectionString)))
            await earlier.Services.GetRequiredService<RetentionWorker>().Tick(CancellationToken.None);
        var old = await Deliver(hub, jira, 1);
        late.Advance(TimeSpan.FromSeconds(2));
        var young = await Deliver(hub, jira, 1, "next year");
        (await DayOf(hub, old)).Should().Be("inbox_events_default");
        (await hub.Worker.Tick(CancellationToken.None)).Should().Be(2, "they are found there too");
        hub.Reaction.Seen.Select(seen => seen.EventId).Should().Equal(old, young);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Retain(hub))));
        await Retain(hub);

        (await DayOf(hub, old)).Should().Be("inbox_events_20311231");
        (await DayOf(hub, young)).Should().Be("inbox_events_20320101");
        (await hub.Query<int>("select count(*)::int from webhooks.days_of('inbox_events') where day between '2032-01-01' and '2032-01-08'")).Should().Be(8);
        (await hub.Http.Post("webhooks/events/replay", new { filter = new { since = "2031-12-31T00:00:00Z" } })).Expect(202).GetProperty("count").GetInt64().Should().Be(2);
        await hub.Drain();
        (await hub.StatusOf(old)).Should().Be("processed");
    }

    [Test]
    public async Task deliveries_keep_coming_while_partitions_are_made_and_dropped()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        for (var day = 0; day < 5; day++)
        {
            var number = day;
            await Task.WhenAll(Retain(hub), Task.Run(async () =>
            {
                for (var i = 0; i < 8; i++)
                    await Deliver(hub, jira, i, $"day {number}");
            }));
            await hub.Drain();
            time.Advance(TimeSpan.FromDays(9));
        }

        (await hub.Query<int>("select count(*)::int from public.applied")).Should().Be(40);
        await Retain(hub);
        (await hub.Query<int>("select count(distinct day)::int from webhooks.inbox_events")).Should().Be(3, "45 days on, those of the first two days are over");
    }

    [Test]
    public async Task the_status_tells_what_the_inbox_holds_and_only_the_platform_how_big_it_is()
    {
        await using var hub = await StartAt(time, setup => setup.Settings["Hub:Webhooks:DeadRetentionDays"] = "60");
        var tenant = await hub.Hub.CreateScope("tenant", "Acme");
        var (theirs, ours) = (await hub.Jira(parent: tenant), await hub.Jira());
        await Retain(hub);
        await Deliver(hub, ours, 1);
        time.Advance(TimeSpan.FromDays(1));
        await Deliver(hub, theirs, 2);

        // PostgreSQL's own estimates: what a connection counted reaches them late and may be counted beside the analysis.
        var all = await HubFixture.Eventually(
            async () =>
            {
                await hub.Execute("analyze webhooks.inbox_events");
                return (await hub.Http.Get("webhooks/status")).Expect(200).GetProperty("storage");
            },
            storage => storage.GetProperty("partitions").EnumerateArray().Select(one => one.GetProperty("events").GetInt64()).Take(3).SequenceEqual([1, 1, 0]),
            "the estimates are right");
        (all.GetProperty("events").GetInt64(), all.GetProperty("retention_days").GetInt32(), all.GetProperty("dead_retention_days").GetInt32()).Should().Be((2, 30, 60));
        all.GetProperty("oldest_received_at").GetDateTimeOffset().Should().Be(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var partitions = all.GetProperty("partitions").EnumerateArray().ToArray();
        partitions.Select(one => one.GetProperty("day").GetString()).Take(3).Should().Equal("2026-03-01", "2026-03-02", "2026-03-03");
        all.GetProperty("bytes").GetInt64().Should().BeGreaterThan(partitions.Sum(one => one.GetProperty("bytes").GetInt64()));
        var own = (await (await hub.Hub.ClientWith("viewer", tenant)).Get("webhooks/status")).Expect(200).GetProperty("storage");
        own.GetProperty("events").GetInt64().Should().Be(1);
        own.GetProperty("oldest_received_at").GetDateTimeOffset().Should().Be(time.GetUtcNow());
        (own.GetProperty("bytes").ValueKind, own.GetProperty("partitions").ValueKind).Should().Be((JsonValueKind.Null, JsonValueKind.Null));
    }

    private static async Task Retain(WebhookHub hub)
    {
        await hub.Hub.Services.GetRequiredService<RetentionWorker>().Tick(CancellationToken.None);
        await hub.Hub.Services.GetRequiredService<KeyPruner>().Tick(CancellationToken.None);
    }

    private static Task<string> DayOf(WebhookHub hub, Guid id) =>
        hub.Query<string>("select c.relname::text from webhooks.inbox_events e join pg_class c on c.oid = e.tableoid where e.id = @id", new { id });
}
