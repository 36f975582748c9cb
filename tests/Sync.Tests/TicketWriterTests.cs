using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using NUnit.Framework;
using static Hub.Sync.Tests.TicketStore;

namespace Hub.Sync.Tests;

public class TicketWriterTests
{
    private static readonly RemoteTicket Mapped = Ticket(1) with
    {
        DescriptionHtml = "<p>x</p>", Resolution = "Done", ParentKey = "HUB-0", Fields = JsonElement.Parse("""{"points":3}"""), MappingHash = [1],
    };

    [Test]
    public async Task A_row_hashed_by_an_older_rule_is_written_again_and_nothing_happened_to_it()
    {
        await using var store = await Open();
        await store.Write(Mapped with { DescriptionHtml = null, Resolution = null, ParentKey = null, Fields = JsonElement.Parse("{}"), MappingHash = null }, Ticket(2));
        await store.Sql<int>("update sync.tickets set hash_version = 1, content_hash = '\\x00' returning 1");
        var cursor = await store.CursorAfter(2);
        var stored = await store.Get($"tickets/{await store.Id(1)}");
        (await store.Write(Mapped, Ticket(2, 0, "Really changed"))).Should().BeEquivalentTo(new { Created = 0, Updated = 1, Unchanged = 1 });
        (await store.Sql<long>("select count(*) from sync.tickets where hash_version = @version", new { version = TicketHash.Version })).Should().Be(2);

        var rewritten = await store.Get($"tickets/{await store.Id(1)}");
        (rewritten.Text("resolution"), rewritten.Text("parent_key"), rewritten.Text("description_html")).Should().Be(("Done", "HUB-0", "<p>x</p>"));
        (rewritten.Number("version"), rewritten.Text("synced_at")).Should().Be((stored.Number("version"), stored.Text("synced_at")));
        (await store.History(1)).Should().ContainSingle();
        (await store.History(2)).Should().HaveCount(2);
        var changes = await HubFixture.Eventually(
            async () => (await store.Get($"changes?since_cursor={cursor}")).GetProperty("items"), items => items.GetArrayLength() > 0, "the change is shown");
        changes.EnumerateArray().Select(change => change.Text("key")).Should().Equal("HUB-2");
        (await store.Write(Mapped)).Unchanged.Should().Be(1);
    }

    [Test]
    public async Task Another_mapping_changes_the_fields_and_nothing_happened_to_the_ticket()
    {
        await using var store = await Open();
        await store.Write(Mapped);
        var other = Mapped with { Fields = JsonElement.Parse("""{"story_points":3}"""), MappingHash = [2] };
        (await store.Write(other)).Should().BeEquivalentTo(new { Created = 0, Updated = 0, Unchanged = 1 });
        (await store.Get($"tickets/{await store.Id(1)}")).GetProperty("fields").GetRawText().Should().Be("""{"story_points":3}""");
        (await store.History(1)).Should().ContainSingle();
        (await store.Write(other with { Fields = JsonElement.Parse("""{"story_points":5}""") })).Updated.Should().Be(1, "the mapping is the same, so the value changed");
        (await store.Write(Mapped with { Summary = "And more" })).Updated.Should().Be(1);
        (await store.History(1)).Select(entry => entry.Number("version")).Should().Equal(3, 2, 1);
    }

    [Test]
    public async Task Values_that_only_look_different_do_not_change_a_ticket()
    {
        await using var store = await Open();
        await store.Write(Mapped with { Summary = "caf\u00e9", Fields = JsonElement.Parse("""{"b":1,"a":"2026-11-20T10:00:00+02:00","c":"\ud83d\u0000"}""") });
        (await store.Write(Mapped with { Summary = "cafe\u0301", Fields = JsonElement.Parse("""{"a":"2026-11-20T08:00:00.000Z","c":"\ufffd","b":1.0}""") })).Unchanged.Should().Be(1);
        (await store.Get($"tickets/{await store.Id(1)}")).GetProperty("fields").GetProperty("a").GetString().Should().Be("2026-11-20T08:00:00Z");
    }

    [Test]
    public async Task Whatever_changes_in_a_ticket_changes_its_hash()
    {
        var changes = new Func<RemoteTicket, RemoteTicket>[]
        {
            t => t with { Key = "HUB-9" }, t => t with { ProjectKey = "X" }, t => t with { IssueType = "Bug" }, t => t with { Summary = "X" }, t => t with { Description = "X" },
            t => t with { DescriptionHtml = "X" }, t => t with { Status = "X" }, t => t with { StatusCategory = "X" }, t => t with { Priority = "X" }, t => t with { Resolution = "X" },
            t => t with { AssigneeId = "X" }, t => t with { Assignee = "X" }, t => t with { AssigneeEmail = "X" }, t => t with { ReporterId = "X" }, t => t with { Reporter = "X" },
            t => t with { Labels = ["X"] }, t => t with { DueDate = new DateOnly(2026, 1, 1) }, t => t with { Url = "X" }, t => t with { ParentKey = "X" },
            t => t with { Fields = JsonElement.Parse("""{"points":4}""") }, t => t with { RemoteCreatedAt = Start }, t => t with { RemoteUpdatedAt = Start.AddMicroseconds(1) },
        };
        changes.Select(change => Convert.ToHexString(TicketHash.Of(change(Mapped)))).Append(Convert.ToHexString(TicketHash.Of(Mapped))).Should().OnlyHaveUniqueItems();
        await using var store = await Open();
        await store.Write([.. changes.Select((_, i) => Mapped with { ExternalId = $"{i}" })]);
        (await store.Write([.. changes.Select((change, i) => change(Mapped) with { ExternalId = $"{i}" })])).Updated.Should().Be(changes.Length);
    }

    [Test]
    public async Task Stale_and_fresh_states_of_one_page_are_told_apart()
    {
        await using var store = await Open();
        await store.Write(Ticket(1, 5), Ticket(2, 5), Ticket(3, 5));
        (await store.Write(Ticket(1, 4, "Older"), Ticket(2, 5), Ticket(3, 6, "Newer"), Ticket(4))).Should()
            .BeEquivalentTo(new { Created = 1, Updated = 1, Unchanged = 2 });
        (await store.Sql<string[]>("select array_agg(key || ' ' || summary order by id) from sync.tickets")).Should()
            .Equal("HUB-1 Summary", "HUB-2 Summary", "HUB-3 Newer", "HUB-4 Summary");
    }
}
