using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;
using static Hub.Webhooks.Tests.Processing.WorkerHub;

namespace Hub.Webhooks.Tests.Processing;

public sealed class InboxWorkerTests
{
    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task what_the_reaction_wrote_and_the_event_s_end_are_one_transaction()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var id = await Deliver(hub, jira, 1);
        var ping = (await hub.Deliver(jira, new { webhookEvent = "ping" })).Expect(202).GetProperty("id").GetGuid();

        await hub.Drain();

        (await hub.StatusOf(id)).Should().Be("processed");
        (await hub.StatusOf(ping)).Should().Be("ignored");
        (await hub.Rows<Guid>("select event_id from public.applied")).Should().BeEquivalentTo([id, ping]);
        (await hub.Query<string[]>("select effects from webhooks.inbox_events where id = @id", new { id })).Should().Equal("row written");
        var received = hub.Reaction.Seen.Single(seen => seen.EventId == id);
        (received.IntegrationId, received.IntegrationType, received.EventType).Should().Be((jira.Integration.Id, "jira", "jira:issue_updated"));
        received.ScopePath.Should().Equal(jira.Integration.ScopePath);
    }

    [Test]
    public async Task a_failing_reaction_is_rolled_back_tried_again_over_hours_and_given_up()
    {
        await using var hub = await StartAt(time);
        hub.Reaction.Then = _ => throw new InvalidOperationException("the ticket table is on fire");
        var id = await Deliver(hub, await hub.Jira(), 1);

        foreach (var (attempt, minutes) in new[] { (1, 0.2), (2, 0.7), (3, 2.5), (4, 12.5), (5, 80), (6, 240), (7, 480) })
        {
            await hub.Drain();
            (await hub.StatusOf(id)).Should().Be("failed", $"attempt {attempt} is not the last");
            (await hub.Worker.Tick(CancellationToken.None)).Should().Be(0, "it is not due yet");
            time.Advance(TimeSpan.FromMinutes(minutes));
        }

        await hub.Drain();

        (await hub.StatusOf(id)).Should().Be("dead");
        (await hub.Query<int>("select count(*)::int from public.applied")).Should().Be(0);
        var shown = (await hub.Http.Get($"webhooks/events/{id}")).Expect(200);
        shown.GetProperty("last_error").GetString().Should().Contain("the ticket table is on fire");
        var attempts = shown.GetProperty("attempts").EnumerateArray().ToArray();
        attempts.Select(attempt => attempt.GetProperty("attempt").GetInt32()).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8);
        attempts.Should().OnlyContain(attempt => attempt.GetProperty("error").GetString()!.Contains("on fire"));
        time.Advance(TimeSpan.FromDays(2));
        (await hub.Worker.Tick(CancellationToken.None)).Should().Be(0, "the dead stay dead");
    }

    [Test]
    public async Task the_dead_are_revived_by_a_replay_and_by_the_provider_s_own_redelivery()
    {
        await using var hub = await StartAt(time, setup => setup.Settings["Hub:Webhooks:MaxAttempts"] = "1");
        var jira = await hub.Jira();
        hub.Reaction.Then = _ => throw new InvalidOperationException("broken");
        var (one, other) = (await Deliver(hub, jira, 1), await Deliver(hub, jira, 2));
        await hub.Drain();
        (await hub.StatusOf(one)).Should().Be("dead");

        hub.Reaction.Then = null;
        (await hub.Http.Post($"webhooks/events/{one}/replay")).Expect(202).GetProperty("status").GetString().Should().Be("pending");
        (await Deliver(hub, jira, 2)).Should().Be(other);
        await hub.Drain();

        (await hub.StatusOf(one)).Should().Be("processed");
        (await hub.StatusOf(other)).Should().Be("processed");
        (await hub.Rows<string?>("select a->>'error' from webhooks.inbox_events, jsonb_array_elements(attempts) a where id = @one", new { one }))
            .Should().Equal("InvalidOperationException: broken", null);
    }

    [Test]
    public async Task events_of_one_issue_keep_their_order_and_hold_up_nobody_else()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        Guid[] ofFirst = [await Deliver(hub, jira, 1, "a"), await Deliver(hub, jira, 1, "b"), await Deliver(hub, jira, 1, "c")];
        var ofSecond = await Deliver(hub, jira, 2, "x");
        hub.Reaction.Then = received => received.EventId == ofFirst[0] ? throw new InvalidOperationException("for now") : Task.CompletedTask;

        await hub.Drain();
        (await hub.StatusOf(ofSecond)).Should().Be("processed");
        (await hub.StatusOf(ofFirst[1])).Should().Be("pending", "the earlier one of the same issue is not done");
        hub.Reaction.Then = null;
        time.Advance(TimeSpan.FromSeconds(10));
        await hub.Drain();

        (await hub.Rows<Guid>("select event_id from public.applied where event_id <> @ofSecond order by n", new { ofSecond })).Should().Equal(ofFirst);
    }

    [Test]
    public async Task events_behind_the_first_of_their_issue_are_taken_along()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var ids = new List<Guid>();
        for (var i = 0; i < 12; i++)
            ids.Add(await Deliver(hub, jira, 1, $"{i}"));

        (await hub.Worker.Tick(CancellationToken.None)).Should().Be(12);

        hub.Reaction.Seen.Select(received => received.EventId).Should().Equal(ids);
    }

    [Test]
    public async Task two_workers_never_do_the_same_event()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        for (var i = 0; i < 60; i++)
            await Deliver(hub, jira, i % 7, $"{i}");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => hub.Drain()));
        await hub.Drain();

        (await hub.Query<int>("select count(*)::int from public.applied")).Should().Be(60);
        (await hub.Query<int>("select count(distinct event_id)::int from public.applied")).Should().Be(60);
        (await hub.Query<int>("""
            select count(*)::int
            from (
                select e.seq, lag(e.seq) over (partition by e.entity_key order by a.n) as before
                from public.applied a join webhooks.inbox_events e on e.id = a.event_id
            ) pairs
            where before > seq
            """)).Should().Be(0, "each issue's events are applied in the order they came");
    }

    [Test]
    public async Task one_that_fails_takes_nobody_down_with_it()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var ids = new List<Guid>();
        for (var i = 0; i < 10; i++)
            ids.Add(await Deliver(hub, jira, i));
        hub.Reaction.Then = received => received.EventId == ids[4] ? throw new InvalidOperationException("just this one") : Task.CompletedTask;

        await hub.Drain();

        (await hub.StatusOf(ids[4])).Should().Be("failed");
        (await hub.Rows<Guid>("select event_id from public.applied")).Should().BeEquivalentTo(ids.Except([ids[4]]));
        (await hub.Rows<int>("select distinct attempt from webhooks.inbox_events")).Should().Equal(1);
    }

    [Test]
    public async Task bytes_that_cannot_be_read_are_dead_at_once_with_a_clear_error()
    {
        await using var hub = await StartAt(time);
        var id = await Deliver(hub, await hub.Jira(), 1);
        await hub.Execute("update webhooks.inbox_events set payload = '\\x0badc0de'");

        await hub.Drain();

        (await hub.StatusOf(id)).Should().Be("dead");
        (await hub.Query<string>("select last_error from webhooks.inbox_events")).Should().StartWith("the payload is not readable");
    }

    [Test]
    public async Task the_running_worker_is_woken_by_a_delivery()
    {
        await using var hub = await WebhookHub.Start(workers: true);
        var id = await Deliver(hub, await hub.Jira(), 1);
        await HubFixture.Eventually(() => hub.StatusOf(id), status => status is "processed", "the event is processed");
    }
}
