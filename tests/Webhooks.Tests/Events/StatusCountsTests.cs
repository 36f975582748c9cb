using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using Hub.Webhooks.Events.Counts;
using Hub.Webhooks.Retention;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;
using static Hub.Webhooks.Tests.Processing.WorkerHub;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Events;

/// <summary>What is counted ahead is what anybody would count, whatever happens to events and whenever.</summary>
public sealed class StatusCountsTests
{
    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task the_very_first_event_counts_also_where_counting_began_before_it()
    {
        await using var hub = await StartAt(time);
        var counter = hub.Hub.Services.GetRequiredService<EventCounter>();
        for (var round = 1; round <= 2; round++)
        {
            await Pass();
            (await hub.Deliver(await hub.Jira(), Issue(round), $"d-{round}")).Expect(202);
            await hub.Drain();
        }

        await Pass();
        (await hub.Http.Get("webhooks/status")).Expect(200).GetProperty("totals").GetProperty("processed").GetInt64().Should().Be(2);

        // A place is passed once those who may have taken a number before it have ended, wherever in the cluster they are.
        async Task Pass()
        {
            await using var source = NpgsqlDataSource.Create(hub.Hub.ConnectionString);
            await using var numbers = source.CreateCommand("select (select coalesce(max(seq), 0) from webhooks.inbox_events) <= (select up_to from webhooks.inbox_counted)");
            do
                await counter.Tick(default);
            while (await numbers.ExecuteScalarAsync() is not true);
            await counter.Tick(default);
            await counter.Tick(default);
        }
    }

    [Test]
    public async Task the_totals_hold_through_everything_that_happens_to_events()
    {
        await using var hub = await StartAt(time, setup => setup.Settings["Hub:Webhooks:MaxAttempts"] = "1");
        var tenant = await hub.Hub.CreateScope("tenant", "Acme");
        var (jira, other) = (await hub.Jira(parent: tenant), await hub.Jira("https://other.atlassian.net"));
        await hub.Hub.Services.GetRequiredService<RetentionWorker>().Tick(default);
        var number = 0;
        async Task Receive(int count)
        {
            for (var i = 0; i < count; i++)
                (await hub.Deliver(++number % 3 == 0 ? other : jira, Issue(number), $"d-{number}")).Expect(202);
        }

        async Task Replay(object filter) => (await hub.Http.Post("webhooks/events/replay", new { filter })).Expect(202);

        var happenings = new (string Name, Func<Task> Happens)[]
        {
            ("received", () => Receive(20)),
            ("processed", hub.Drain),
            ("more received", () => Receive(7)),
            ("failed for good", async () =>
            {
                hub.Reaction.Then = _ => throw new InvalidOperationException("broken");
                await hub.Drain();
                hub.Reaction.Then = null;
            }),
            ("a day later", async () =>
            {
                time.Advance(TimeSpan.FromDays(1));
                await Receive(5);
            }),
            ("the dead replayed", () => Replay(new { status = "dead" })),
            ("all processed", hub.Drain),
            ("some replayed", () => Replay(new { until = "2026-03-02T00:00:00Z" })),
            ("and failed", async () =>
            {
                hub.Reaction.Then = told => number++ % 2 == 0 ? throw new InvalidOperationException("broken") : Task.CompletedTask;
                await hub.Drain();
                hub.Reaction.Then = null;
            }),
            ("the first day over", async () =>
            {
                time.Advance(TimeSpan.FromDays(31));
                await hub.Hub.Services.GetRequiredService<RetentionWorker>().Tick(default);
            }),
            ("received after a month", () => Receive(9)),
            ("processed after a month", hub.Drain),
            ("a tenant gone", () => hub.Publish(new ScopeDeleted(tenant, [1, tenant]))),
            ("received at last", () => Receive(3)),
        };
        foreach (var ticks in new[] { 0, 1, 2, 1, 3 })
            foreach (var (name, happens) in happenings)
            {
                await happens();
                for (var i = 0; i < ticks; i++)
                    await Count(hub);
                await Compare(hub, $"after {name} with {ticks} ticks");
            }

        // Transactions of other databases hold it up as well.
        await HubFixture.Eventually(
            async () =>
            {
                await Count(hub);
                return await hub.Query<(long Ahead, long Done)>("""
                    select coalesce((select sum(events)::bigint from webhooks.inbox_counts), 0),
                        (select count(*) from webhooks.inbox_events where status in ('processed', 'ignored', 'dead'))
                    """);
            },
            counted => counted.Ahead > 0 && counted.Ahead == counted.Done, "everything is counted ahead");
        await Compare(hub, "when all is counted ahead");
    }

    [TestCase(true, TestName = "what began after the place was taken and commits after it is counted is not lost")]
    [TestCase(false, TestName = "what began before the place was taken and commits late is not lost")]
    public async Task what_commits_while_it_is_counted_is_not_lost(bool placed)
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        await Receive(1, 5);
        await hub.Drain();

        if (placed)
            await Count(hub);

        // One that took its number long ago, and one that is open again but nobody else knows yet.
        await using var slow = new NpgsqlConnection(hub.Hub.ConnectionString);
        await slow.OpenAsync();
        await using var tx = await slow.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("""
            with one as (select * from webhooks.inbox_events order by seq limit 1),
            again as (update webhooks.inbox_events e set status = 'pending', next_attempt_at = now() from one where e.id = one.id and e.day = one.day)
            insert into webhooks.inbox_events (id, day, integration_id, integration_type, scope_path, event_type, delivery_id, payload, payload_size, headers, received_at, status, next_attempt_at)
            select webhooks.uuid_v7(received_at), day, integration_id, integration_type, scope_path, event_type, 'slow', payload, payload_size, headers, received_at, 'processed', received_at from one
            """, slow, tx))
            await command.ExecuteNonQueryAsync();
        await Receive(6, 9);
        await hub.Drain();
        for (var i = 0; i < 4; i++)
            await Count(hub);
        await Compare(hub, "before it commits");
        await tx.CommitAsync();
        await Compare(hub, "after it has");
        for (var i = 0; i < 3; i++)
        {
            await Count(hub);
            await Compare(hub, "once it is counted");
        }

        async Task Receive(int first, int last)
        {
            for (var i = first; i <= last; i++)
                (await hub.Deliver(jira, Issue(i), $"d-{i}")).Expect(202);
        }
    }

    private static async Task Count(WebhookHub hub) => await hub.Hub.Services.GetRequiredService<EventCounter>().Tick(default);

    private static async Task Compare(WebhookHub hub, string when)
    {
        var status = (await hub.Http.Get("webhooks/status")).Expect(200);
        var real = (await hub.Rows<(string Status, long Events)>("select status, count(*) from webhooks.inbox_events group by status")).ToDictionary(row => row.Status, row => row.Events);
        status.GetProperty("totals").EnumerateObject().Where(total => total.Value.GetInt64() > 0).ToDictionary(total => total.Name, total => total.Value.GetInt64())
            .Should().BeEquivalentTo(real, when);
        status.GetProperty("by_integration").EnumerateArray().Sum(one => one.GetProperty("totals").EnumerateObject().Sum(total => total.Value.GetInt64()))
            .Should().Be(real.Values.Sum(), when);
        var first = (await hub.Rows<DateTime?>("select min(received_at) from webhooks.inbox_events")).Single();
        var shown = status.GetProperty("storage").GetProperty("oldest_received_at");
        (shown.ValueKind is JsonValueKind.Null ? (DateTime?)null : shown.GetDateTimeOffset().UtcDateTime).Should().Be(first?.ToUniversalTime(), when);
    }
}
