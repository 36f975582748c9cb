using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Changes;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static Hub.Sync.Tests.TicketStore;

namespace Hub.Sync.Tests;

public class TicketHistoryTests
{
    [Test]
    public async Task Each_change_tells_its_fields_from_and_to_and_the_creation_is_the_last_entry()
    {
        await using var store = await Open();
        var run = Guid.CreateVersion7();
        await store.Write(Ticket(1) with { Description = "Long\ntext", Labels = ["a"], Fields = JsonElement.Parse("""{"points":3,"team":"X"}""") });
        await store.Write(store.Walk(run), Ticket(1, 1, "Other") with
        {
            Description = "Long\ntext!", Labels = ["a", "b"], DueDate = new DateOnly(2026, 12, 24), Fields = JsonElement.Parse("""{"points":5.0,"team":"X"}"""),
        });
        await store.In(unit => unit.GetRequiredService<Tombstones>().Raise(store.Event(), ["1"], Start.AddMinutes(2), default));
        await store.Write(store.Event() with { By = "hub" }, Ticket(1, 3, "Back") with { Labels = ["a", "b"] });

        var history = await store.History(1);
        history.Select(entry => $"{entry.Number("version")} {entry.Text("change")} {entry.Text("source")}").Should()
            .Equal("4 undeleted hub", "3 deleted webhook", "2 updated sync", "1 created sync");
        Fields(history[0]).Should().Be("deleted_at: \"2026-11-20T12:02:00Z\" > null; description: \"Long\\ntext!\" > null; due_date: \"2026-12-24\" > null; "
            + "fields.points: 5 > null; fields.team: \"X\" > null; summary: \"Other\" > \"Back\"");
        Fields(history[1]).Should().Be("deleted_at: null > \"2026-11-20T12:02:00Z\"");
        Fields(history[2]).Should().Be("description: \"Long\\ntext\" > \"Long\\ntext!\"; due_date: null > \"2026-12-24\"; fields.points: 3 > 5; "
            + "labels: [\"a\"] > [\"a\",\"b\"]; summary: \"Summary\" > \"Other\"");
        history[2].GetProperty("run_id").GetGuid().Should().Be(run);
        Fields(history[3]).Should().BeEmpty();
        (await store.Get($"tickets/{await store.Id(1)}")).Number("version").Should().Be(4);
    }

    [Test]
    public async Task It_is_paged_and_only_there_for_whom_the_ticket_is()
    {
        await using var store = await Open();
        for (var minute = 0; minute < 5; minute++)
            await store.Write(Ticket(1, minute, $"Summary {minute}"));
        var id = await store.Id(1);
        var versions = new List<long>();
        for (var next = $"tickets/{id}/history?limit=2"; ;)
        {
            var page = await store.Get(next);
            versions.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => entry.Number("version")));
            if (page.GetProperty("next_cursor").GetString() is not { } cursor)
                break;
            next = $"tickets/{id}/history?limit=2&cursor={cursor}";
        }

        versions.Should().Equal(5, 4, 3, 2, 1);
        (await store.Http.Get($"tickets/{id + 1}/history")).Expect(404);
        var stranger = await store.Hub.ClientWith("admin", await store.Hub.CreateScope("tenant", "Other"));
        (await stranger.Get($"tickets/{id}/history")).Expect(404);
    }

    [Test]
    public async Task Writers_that_come_at_once_leave_a_history_without_a_gap()
    {
        await using var store = await Open();
        await store.Write(Ticket(1));
        // Each writes its own state over whatever is there: the same time of update, so that none is stale.
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => store.Write(store.Event(), Ticket(1, 0, $"From {i}"))));
        var history = await store.History(1);
        history.Select(entry => entry.Number("version")).Should().Equal(Enumerable.Range(1, 25).Select(i => (long)i).Reverse());
        var states = history.Take(24).Select(entry => entry.GetProperty("changes").GetProperty("summary")).Reverse().ToArray();
        states[0].Text("from").Should().Be("Summary");
        states.Zip(states.Skip(1)).Should().OnlyContain(pair => pair.First.Text("to") == pair.Second.Text("from"), "what one left is what the next one met");
        (await store.Get($"tickets/{await store.Id(1)}")).Text("summary").Should().Be(states[^1].Text("to"));
    }

    [Test]
    public async Task Writers_that_create_the_same_ticket_at_once_create_it_once()
    {
        await using var store = await Open();
        var pages = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            store.Write([.. Enumerable.Range(1, 20).Select(id => Ticket(id, 0, $"From {i}"))])));
        pages.Sum(page => page.Created).Should().Be(20);
        pages.Sum(page => page.Created + page.Updated + page.Unchanged).Should().Be(240);
        (await store.Sql<long>("select count(*) from sync.tickets")).Should().Be(20);
        (await store.Sql<long>("select sum(version - 1)::bigint from sync.tickets")).Should().Be(await store.Sql<long>("select count(*) from sync.ticket_versions"));
        (await store.Sql<long>("select count(*) from sync.changes")).Should().Be(pages.Sum(page => page.Created + page.Updated));
    }

    [Test]
    public async Task Old_entries_go_and_the_creation_stays()
    {
        var clock = new FakeTime(DateTimeOffset.UtcNow);
        await using var store = await Open(setup => (setup.Time, setup.Settings["Hub:Sync:HistoryDays"]) = (clock, "10"));
        await store.Write(Ticket(1));
        await store.Write(Ticket(1, 1, "Second"));
        clock.Advance(TimeSpan.FromDays(6));
        await store.Write(Ticket(1, 2, "Third"));
        clock.Advance(TimeSpan.FromDays(6));
        (await store.Hub.Services.GetRequiredService<ChangePruner>().Tick(default)).Should().Be(1);
        (await store.History(1)).Select(entry => entry.Number("version")).Should().Equal(3, 1);
    }

    private static string Fields(JsonElement entry) => string.Join("; ", entry.GetProperty("changes").EnumerateObject()
        .Select(change => $"{change.Name}: {change.Value.GetProperty("from").GetRawText()} > {change.Value.GetProperty("to").GetRawText()}"));
}
