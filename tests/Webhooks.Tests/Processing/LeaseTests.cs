using FluentAssertions;
using Hub.SharedKernel.Data;
using Hub.TestHarness;
using Hub.Webhooks.Processing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static Hub.Webhooks.Tests.Processing.WorkerHub;

namespace Hub.Webhooks.Tests.Processing;

public sealed class LeaseTests
{
    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task an_event_whose_worker_died_is_taken_over_when_its_lease_ends()
    {
        await using var hub = await StartAt(time);
        var id = await Deliver(hub, await hub.Jira(), 1);
        // What a process leaves that is killed in the middle of its work.
        await hub.Execute(
            "update webhooks.inbox_events set status = 'processing', attempt = 1, lease_until = @until, lease_token = gen_random_uuid()",
            new { until = time.GetUtcNow().UtcDateTime.AddSeconds(60) });

        await hub.Drain();
        (await hub.StatusOf(id)).Should().Be("processing");
        time.Advance(TimeSpan.FromSeconds(61));
        await hub.Drain();

        (await hub.StatusOf(id)).Should().Be("processed");
        (await hub.Query<int>("select attempt from webhooks.inbox_events")).Should().Be(2);
    }

    [Test]
    public async Task a_worker_that_lost_its_lease_writes_nothing()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var (first, second) = (await Deliver(hub, jira, 1), await Deliver(hub, jira, 2));
        // While the first is worked on, alone since it was tried before, the second's lease passes to another process.
        await hub.Execute("update webhooks.inbox_events set status = 'failed', attempt = 1 where id = @first", new { first });
        hub.Reaction.Then = received => received.EventId == first
            ? hub.Execute("update webhooks.inbox_events set lease_token = gen_random_uuid() where id = @second", new { second })
            : Task.CompletedTask;

        await hub.Drain();

        (await hub.Rows<Guid>("select event_id from public.applied")).Should().Equal(first);
        (await hub.StatusOf(second)).Should().Be("processing");
    }

    [Test]
    public async Task who_may_have_lost_an_entity_s_first_event_leaves_those_behind_it_alone()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var first = await Deliver(hub, jira, 1);
        var second = await Deliver(hub, jira, 1, "t");
        // While the first is worked on, alone since it was tried before, the leases run out and another process takes the first one over.
        await hub.Execute("update webhooks.inbox_events set status = 'failed', attempt = 1 where id = @first", new { first });
        var seen = new List<Guid>();
        hub.Reaction.Then = received =>
        {
            seen.Add(received.EventId);
            time.Advance(TimeSpan.FromSeconds(61));
            return Task.CompletedTask;
        };

        await hub.Worker.Tick(CancellationToken.None);

        seen.Should().Equal(first);
        (await hub.StatusOf(second)).Should().Be("processing", "it is taken again, in its turn");
        hub.Reaction.Then = null;
        await hub.Drain();
        (await hub.Rows<Guid>("select event_id from public.applied order by n")).Should().Equal(first, second);
    }

    [Test]
    public async Task work_that_shares_a_transaction_holds_its_leases_while_it_lasts()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var (first, second) = (await Deliver(hub, jira, 1), await Deliver(hub, jira, 2));
        var other = 0;
        hub.Reaction.Then = async _ =>
        {
            if (Interlocked.Exchange(ref other, 1) == 1)
                return;
            time.Advance(TimeSpan.FromMinutes(10));
            (await hub.Worker.Tick(CancellationToken.None)).Should().Be(0, "the leases have run out, the work has not");
        };

        await hub.Drain();

        (await hub.Rows<Guid>("select event_id from public.applied")).Should().BeEquivalentTo([first, second]);
    }

    [Test]
    public async Task an_event_that_ends_the_process_each_time_is_given_up_in_the_end()
    {
        await using var hub = await StartAt(time);
        var id = await Deliver(hub, await hub.Jira(), 1);
        await hub.Execute("update webhooks.inbox_events set status = 'processing', attempt = 8, lease_until = received_at, lease_token = gen_random_uuid()");

        await hub.Drain();

        (await hub.StatusOf(id)).Should().Be("dead");
        hub.Reaction.Seen.Should().BeEmpty();
    }

    [Test]
    public async Task events_that_only_waited_in_processes_that_died_are_never_given_up()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        Guid[] ids = [await Deliver(hub, jira, 1), await Deliver(hub, jira, 2)];
        for (var deaths = 0; deaths < 20; deaths++)
        {
            await using (var scope = hub.Hub.Services.CreateAsyncScope())
                (await Claims.Take(scope.ServiceProvider.GetRequiredService<Db>(), Guid.CreateVersion7(), time.GetUtcNow(), TimeSpan.FromMinutes(1), default)).Should().HaveCount(2);
            time.Advance(TimeSpan.FromSeconds(61));
        }

        await hub.Drain();

        (await hub.Rows<Guid>("select id from webhooks.inbox_events where status = 'processed' and attempt = 1")).Should().BeEquivalentTo(ids);
    }

    [Test]
    public async Task a_stop_gives_leases_back_and_counts_nothing_as_tried()
    {
        await using var hub = await StartAt(time);
        var jira = await hub.Jira();
        var (first, second) = (await Deliver(hub, jira, 1), await Deliver(hub, jira, 2));
        using var stop = new CancellationTokenSource();
        hub.Reaction.Then = async _ =>
        {
            await stop.CancelAsync();
            stop.Token.ThrowIfCancellationRequested();
        };

        await hub.Invoking(h => h.Worker.Tick(stop.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await hub.Rows<string>("select status from webhooks.inbox_events where id in (@first, @second)", new { first, second })).Should().Equal("pending", "pending");
        (await hub.Rows<int>("select attempt from webhooks.inbox_events")).Should().Equal(0, 0);
        hub.Reaction.Then = null;
        await hub.Drain();
        (await hub.StatusOf(first)).Should().Be("processed");
    }
}
