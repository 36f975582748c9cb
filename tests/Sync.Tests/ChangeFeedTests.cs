using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.SharedKernel.Data;
using Hub.Sync.Changes;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static Hub.Sync.Tests.TicketStore;

namespace Hub.Sync.Tests;

public class ChangeFeedTests
{
    [Test]
    public async Task Every_change_of_a_sync_is_told_once_with_the_ticket_as_it_is_and_deletions_are_seen()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 30 });
        await using var hub = await JiraHub.Start(jira);
        var start = (await hub.Http.Get($"changes?project_id={hub.Project}&since_cursor=latest")).Expect(200);
        start.GetProperty("items").GetArrayLength().Should().Be(0);
        await hub.Sync();
        var (created, cursor) = await ReadAll(hub.Http, $"changes?limit=7&project_id={hub.Project}", start.Text("next_cursor"), 30);
        created.Should().HaveCount(30).And.OnlyContain(change => change.Text("change") == "created" && change.Text("record_type") == "ticket");
        created.Select(change => change.Text("key")).Should().OnlyHaveUniqueItems();
        created[0].EnumerateObject().Select(member => member.Name).Should().Equal(
            "cursor", "record_type", "record_id", "key", "change", "version", "changed_at", "integration_id", "scope_id", "record");
        created[0].GetProperty("record").GetRawText().Should().Be((await hub.Http.Get($"tickets/{created[0].Text("record_id")}")).Expect(200).GetRawText());

        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Changed" });
        jira.Issues.Delete("HUB-2");
        await hub.Sync();
        (var changed, cursor) = await ReadAll(hub.Http, $"changes?project_id={hub.Project}", cursor, 2);
        changed.Select(change => $"{change.Text("key")} {change.Text("change")} {change.Number("version")}").Should().BeEquivalentTo("HUB-1 updated 2", "HUB-2 deleted 2");
        changed.Single(change => change.Text("change") == "deleted").GetProperty("record").GetProperty("deleted_at").ValueKind.Should().Be(JsonValueKind.String);
        await hub.Sync();
        (await ReadAll(hub.Http, "changes", cursor)).Changes.Should().BeEmpty("nothing changed");

        (await hub.Http.Delete($"integrations/{hub.Integration}")).Expect(204);
        var end = (await ReadAll(hub.Http, "changes", cursor, 1)).Changes.Should().ContainSingle().Subject;
        (end.Text("record_type"), end.Text("change"), end.GetProperty("record").ValueKind).Should().Be(("integration", "deleted", JsonValueKind.Null));
        foreach (var table in new[] { "tickets", "ticket_search", "ticket_search_due", "ticket_versions" })
            (await hub.Sql<long>($"select count(*) from sync.{table}")).Should().Be(0, $"{table} holds nothing of a deleted integration");
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task A_poller_sees_every_commit_once_in_whatever_order_writers_end(int seed)
    {
        await using var store = await Open();
        var written = new List<string>();
        var everything = int.MaxValue;
        var poller = Task.Run(async () =>
        {
            var (seen, cursor) = (new List<JsonElement>(), (string?)null);
            while (seen.Count < Volatile.Read(ref everything))
            {
                (var more, cursor) = await ReadAll(store.Http, $"changes?limit=5&project_id={store.Project}", cursor);
                seen.AddRange(more);
            }

            return seen;
        });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(writer => Task.Run(async () =>
        {
            var random = new Random(seed * 100 + writer);
            for (var round = 0; round < 6; round++)
            {
                var ids = Enumerable.Range(writer * 10, random.Next(1, 5)).ToArray();
                await using var scope = store.Hub.Services.CreateAsyncScope();
                await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
                var dies = round > 0 && random.Next(4) == 0;
                var outcome = dies ? null
                    : await scope.ServiceProvider.GetRequiredService<TicketWriter>().Write(store.Walk(), [.. ids.Select(id => Ticket(id, round, $"Round {round}"))], default);
                if (dies)
                    await scope.ServiceProvider.GetRequiredService<Tombstones>().Raise(store.Walk(), [$"{ids[0]}"], Start.AddMinutes(round), default);
                // The order in which transactions began is not the one in which they end.
                await Task.Delay(random.Next(25));
                if (random.Next(4) == 0)
                    continue;
                await tx.Commit(default);
                lock (written)
                    written.AddRange(outcome?.Changes.Select(change => change.Key) ?? []);
            }
        })));
        var stored = await store.Sql<string[]>("select array_agg(record_id || ' ' || version order by xid, id) from sync.changes");
        Volatile.Write(ref everything, stored.Length);
        var seen = await poller.WaitAsync(TimeSpan.FromMinutes(1));
        seen.Select(change => $"{change.Text("record_id")} {change.Number("version")}").Should().Equal(stored, "each is seen once and in order");
        seen.Count(change => change.Text("change") != "deleted").Should().Be(written.Count);
        foreach (var ticket in seen.GroupBy(change => change.Text("record_id")))
            ticket.Select(change => change.Number("version")).Should().Equal(Enumerable.Range(1, ticket.Count()).Select(version => (long)version));
    }

    [Test]
    public async Task Nothing_is_shown_that_an_open_transaction_could_still_come_before()
    {
        await using var store = await Open();
        await using var slow = store.Hub.Services.CreateAsyncScope();
        await using var tx = await slow.ServiceProvider.GetRequiredService<Db>().Begin(default);
        await slow.ServiceProvider.GetRequiredService<TicketWriter>().Write(store.Walk(), [Ticket(1)], default);
        await store.Write(Ticket(2));
        var (early, cursor) = await ReadAll(store.Http, "changes", null);
        early.Should().BeEmpty();
        await tx.Commit(default);
        (await ReadAll(store.Http, "changes", cursor, 2)).Changes.Select(change => change.Text("key")).Should().Equal("HUB-1", "HUB-2");
    }

    [Test]
    public async Task A_caller_sees_its_own_and_refused_cursors_name_the_way_out()
    {
        var clock = new FakeTime(DateTimeOffset.UtcNow);
        await using var store = await Open(setup => setup.Time = clock);
        await store.Write(Ticket(1));
        var (_, old) = await ReadAll(store.Http, "changes?limit=1", null, 1);
        await store.Write(Ticket(2), Ticket(3));
        await store.In(async unit =>
        {
            await unit.GetRequiredService<ChangeFeed>().Append(Integration, [1, store.Project], "branch",
                [new RecordChange("9", "main", RecordChangeKind.Created), new RecordChange("8", null, RecordChangeKind.Deleted, 3)], default);
            return true;
        });
        (await ReadAll(store.Http, "changes", old, 4)).Changes.Select(change => $"{change.Text("record_type")} {change.Text("change")}").Should()
            .Equal("ticket created", "ticket created", "branch created", "branch deleted");

        var tenant = await store.Hub.CreateScope("tenant", "Other");
        var stranger = await store.Hub.ClientWith("admin", tenant);
        (await ReadAll(stranger, "changes", null)).Changes.Should().BeEmpty();
        (await stranger.Get($"changes?project_id={store.Project}")).Expect(404);
        (await store.Http.Get("changes?since_cursor=yesterday")).Expect(400).Text("code").Should().Be("invalid_cursor");
        (await store.Http.Get("changes?limit=0")).Expect(400);

        clock.Advance(TimeSpan.FromDays(31));
        await store.Write(Ticket(1, 1, "Later"));
        await store.Hub.Services.GetRequiredService<ChangePruner>().Tick(default);
        (await store.Http.Get($"changes?since_cursor={old}")).Expect(410).Text("code").Should().Be("cursor_expired");
        (await ReadAll(store.Http, "changes", null, 1)).Changes.Select(change => change.Text("key")).Should().Equal("HUB-1");
    }

    /// <summary>
    /// Reads to the end, and on until there is as much as expected: other databases of the server have open transactions too, and they hold every feed back.
    /// </summary>
    private static async Task<(List<JsonElement> Changes, string Cursor)> ReadAll(HttpClient http, string path, string? cursor, int expected = 0)
    {
        var all = new List<JsonElement>();
        await HubFixture.Eventually(async () =>
        {
            for (var more = true; more;)
            {
                var page = (await http.Get(cursor is null ? path : $"{path}{(path.Contains('?') ? "&" : "?")}since_cursor={cursor}")).Expect(200);
                all.AddRange(page.GetProperty("items").EnumerateArray());
                cursor = page.Text("next_cursor");
                more = page.GetProperty("has_more").GetBoolean();
            }

            return all.Count;
        }, count => count >= expected, $"{expected} changes are shown");
        return (all, cursor!);
    }
}
