using Dapper;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using Hub.Webhooks.Live;
using Hub.Webhooks.Retention;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Live;

public sealed class LiveTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Test]
    public async Task a_client_is_told_what_happens_as_it_happens()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        await using var live = await (await LiveReader.Connect(hub.Http)).Caught();
        live.ContentType!.MediaType.Should().Be("text/event-stream");

        (await hub.Deliver(jira, Issue(1))).Expect(202);
        await hub.Publish(Tickets(jira, ("ENG-1", TicketChangeKind.Created), ("ENG-2", TicketChangeKind.Updated), ("ENG-3", TicketChangeKind.Deleted)));
        await hub.Publish(Run(jira, "running"));
        await hub.Publish(Run(jira, "completed"));
        await hub.Publish(Run(jira, "failed"));
        await hub.Publish(new IntegrationHealthChanged(jira.Integration, "healthy", "error", "auth"));

        var events = await live.Take(8);
        events.Select(happened => happened.Name).Should().Equal(
            "webhook.received", "ticket.created", "ticket.updated", "ticket.deleted", "sync.progress", "sync.completed", "sync.failed", "integration.health_changed");
        events.Should().OnlyContain(happened => happened.Data.GetProperty("type").GetString() == happened.Name && happened.Data.GetProperty("at").GetString()!.EndsWith('Z'));
        events[1].Data.GetProperty("key").GetString().Should().Be("ENG-1");
        events[1].Data.GetProperty("integration_id").GetInt64().Should().Be(jira.Integration.Id);
        events[7].Data.GetProperty("reason").GetString().Should().Be("auth");
    }

    [Test]
    public async Task a_client_that_comes_back_misses_nothing_and_sees_nothing_twice()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        string? last;
        await using (var live = await (await LiveReader.Connect(hub.Http)).Caught())
        {
            await hub.Publish(Tickets(jira, ("ENG-1", TicketChangeKind.Updated)));
            await live.Take(1);
            last = live.LastEventId;
        }

        await hub.Publish(Tickets(jira, ("ENG-2", TicketChangeKind.Updated)));
        await hub.Publish(Tickets(jira, ("ENG-3", TicketChangeKind.Updated)));
        await using var again = await LiveReader.Connect(hub.Http, lastEventId: last);
        var missed = await again.Take(2);
        await hub.Publish(Tickets(jira, ("ENG-4", TicketChangeKind.Updated)));

        missed.Concat(await again.Take(1)).Select(happened => happened.Data.GetProperty("key").GetString()).Should().Equal("ENG-2", "ENG-3", "ENG-4");
    }

    [Test]
    public async Task a_client_that_saw_no_event_yet_resumes_from_where_it_joined()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        string? last;
        await using (var live = await (await LiveReader.Connect(hub.Http)).Caught())
            last = live.LastEventId;
        await hub.Publish(Tickets(jira, ("ENG-1", TicketChangeKind.Updated)));
        await using var again = await LiveReader.Connect(hub.Http, lastEventId: last);
        (await again.Take(1))[0].Data.GetProperty("key").GetString().Should().Be("ENG-1");
    }

    [Test]
    public async Task a_transaction_that_commits_late_is_not_skipped()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        await using var live = await (await LiveReader.Connect(hub.Http)).Caught();
        await using var slow = new NpgsqlConnection(hub.Hub.ConnectionString);
        await slow.OpenAsync();
        await using var open = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync(
            "insert into webhooks.live_events (scope_path, type, data) values (@path, 'ticket.updated', '{\"key\": \"SLOW\"}')",
            new { path = jira.Integration.ScopePath.ToArray() });

        await hub.Publish(Tickets(jira, ("FAST", TicketChangeKind.Updated)));
        await hub.Query<int>("select 1");
        await open.CommitAsync();

        (await live.Take(2)).Select(happened => happened.Data.GetProperty("key").GetString()).Should().Equal("SLOW", "FAST");
    }

    [Test]
    public async Task clients_see_their_own_scope_only_and_a_project_narrows_it()
    {
        await using var hub = await Start();
        var (mine, other) = (await hub.Hub.CreateScope("tenant", "Mine"), await hub.Hub.CreateScope("tenant", "Other"));
        var (one, two, foreign) = (await hub.Jira(parent: mine), await hub.Jira(parent: mine), await hub.Jira(parent: other));
        var viewer = await hub.Hub.ClientWith("viewer", mine);
        await using var all = await (await LiveReader.Connect(viewer)).Caught();
        await using var project = await (await LiveReader.Connect(viewer, $"live?project_id={two.Integration.ScopeId}")).Caught();

        await hub.Publish(Tickets(foreign, ("FOREIGN-1", TicketChangeKind.Updated)));
        await hub.Publish(Tickets(one, ("ONE-1", TicketChangeKind.Updated)));
        await hub.Publish(Tickets(two, ("TWO-1", TicketChangeKind.Updated)));

        (await all.Take(2)).Select(happened => happened.Data.GetProperty("key").GetString()).Should().Equal("ONE-1", "TWO-1");
        (await project.Take(1))[0].Data.GetProperty("key").GetString().Should().Be("TWO-1");
        await using var resumed = await LiveReader.Connect(viewer, lastEventId: "1-0");
        (await resumed.Take(2)).Select(happened => happened.Data.GetProperty("key").GetString()).Should().Equal("ONE-1", "TWO-1");

        (await viewer.Get($"live?project_id={foreign.Integration.ScopeId}")).Expect(404);
        (await viewer.Get("live?project_id=999999")).Expect(404);
        (await hub.Hub.ClientFor(null).Get("live")).Expect(401);
    }

    [Test]
    public async Task who_was_away_too_long_is_told_to_read_anew()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        await hub.Publish(Tickets(jira, ("OLD-1", TicketChangeKind.Updated)));
        await hub.Execute("update webhooks.live_events set created_at = now() - interval '49 hours'");
        await hub.Hub.Services.GetRequiredService<RetentionWorker>().Tick(CancellationToken.None);
        (await hub.Query<int>("select count(*)::int from webhooks.live_events")).Should().Be(0);
        await hub.Publish(Tickets(jira, ("NEW-1", TicketChangeKind.Updated)));

        await using var late = await LiveReader.Connect(hub.Http, lastEventId: "1-0");
        (await late.Take(2)).Select(happened => happened.Name).Should().Equal("reset", "ticket.updated");
        await using var odd = await LiveReader.Connect(hub.Http, lastEventId: "not-ours");
        (await odd.Take(1))[0].Name.Should().Be("reset");
    }

    [Test]
    public async Task who_reads_too_slowly_is_let_go_and_catches_up_while_the_others_go_on()
    {
        await using var hub = await Start();
        await using var slow = await (await LiveReader.Connect(hub.Http)).Caught();
        await using var quick = await (await LiveReader.Connect(hub.Http)).Caught();
        await hub.Execute("""
            insert into webhooks.live_events (scope_path, type, data)
            select '{1}', 'ticket.updated', jsonb_build_object('key', n, 'text', repeat('x', 20000)) from generate_series(1, 3000) n
            """);
        await hub.Execute("select pg_notify('hub_live', '')");

        (await quick.Take(3000))[^1].Data.GetProperty("key").GetInt32().Should().Be(3000);
        var seen = 0;
        while (await slow.Next() is not null)
            seen++;
        seen.Should().BeInRange(1, 2999);
        await using var again = await LiveReader.Connect(hub.Http, lastEventId: slow.LastEventId);
        (await again.Take(3000 - seen)).Select(happened => happened.Data.GetProperty("key").GetInt32()).Should().Equal(Enumerable.Range(seen + 1, 3000 - seen));
    }

    [Test]
    public async Task a_stop_of_the_hub_ends_the_stream_instead_of_waiting_for_it()
    {
        await using var hub = await Start();
        await using var live = await (await LiveReader.Connect(hub.Http)).Caught();
        var stopping = hub.Hub.Stop();
        (await live.Next()).Should().BeNull();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task a_revoked_key_loses_its_stream_with_the_next_keep_alive()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var hub = await Start(customise: setup => setup.Time = time);
        var key = (await hub.Http.Post("keys", new { name = "short", role = "viewer", scope_id = 1 })).Expect(201);
        await using var live = await (await LiveReader.Connect(hub.Hub.ClientFor(key.GetProperty("key").GetString()))).Caught();
        (await hub.Http.Delete($"keys/{key.GetProperty("id").GetInt64()}")).Status.Should().BeOneOf(200, 204);

        var ended = live.Next();
        while (!ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(ended, Task.Delay(50));
        }

        (await ended).Should().BeNull();
    }

    internal static TicketsChanged Tickets(WebhookSource jira, params (string Key, TicketChangeKind Kind)[] changes) => new(
        jira.Integration.Id, jira.Integration.ScopePath, [.. changes.Select((change, i) => new TicketChange(i, $"{i}", change.Key, change.Kind, "summary\0", "Open", At))]);

    internal static SyncRunChanged Run(WebhookSource jira, string status) => new(
        Guid.CreateVersion7(), jira.Integration.Id, jira.Integration.ScopePath, "full", status, 1, 1, 0, 0, 0, 0.5, null);
}
