using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Jira;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class JiraIssueTests
{
    private const string Site = "https://acme.test/jira/";

    [Test]
    public void All_recorded_issues_of_a_real_cloud_site_become_storable_tickets()
    {
        var tickets = Fixtures.Text("jira/rest/devlake/issues.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JiraIssue.Read(Parse(line), Site)).ToArray();
        tickets.Should().HaveCount(33).And.NotContainNulls();
        tickets.Should().OnlyContain(t => t!.Key.StartsWith(t.ProjectKey + "-", StringComparison.Ordinal));
        tickets.Should().OnlyContain(t => t!.Status != null && t.Reporter != null && t.RemoteCreatedAt != null);
        tickets.Should().OnlyContain(t => !t!.Summary.Contains('\0'), "PostgreSQL cannot store U+0000, and one recorded summary ends with it");
        var one = tickets.Single(t => t!.Key == "EE-1")!;
        one.ExternalId.Should().Be("10063");
        one.Labels.Should().Equal("Saas", "frontEnd");
        one.RemoteCreatedAt.Should().Be(new DateTimeOffset(2020, 6, 12, 0, 13, 13, 360, TimeSpan.Zero));
        one.Url.Should().Be("https://acme.test/jira/browse/EE-1");
        tickets.Select(t => Convert.ToHexString(TicketHash.Of(t!))).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void The_published_example_of_a_document_description_is_read()
    {
        var ticket = JiraIssue.Read(Parse(Fixtures.Text("jira/rest/jira-cli/issue.json")).Complete(), Site)!;
        ticket.Description.Should().NotBeNullOrWhiteSpace().And.NotContain("\"type\"");
    }

    [TestCaseSource(nameof(IssueEvents))]
    public void Recorded_webhooks_carry_a_complete_ticket(string file)
    {
        var payload = Parse(Fixtures.Text(file));
        var ticket = JiraIssue.Read(payload.At("issue"), Site);
        if (payload.Text("webhookEvent")!.StartsWith("jira:issue_", StringComparison.Ordinal))
        {
            ticket!.Summary.Should().NotBeEmpty();
            ticket.Status.Should().NotBeEmpty();
            ticket.RemoteUpdatedAt.Should().BeAfter(DateTimeOffset.UnixEpoch);
        }
        else
            ticket.Should().BeNull("an event of a comment does not say when its issue changed");
    }

    private static IEnumerable<string> IssueEvents() => Directory.Exists(Root)
        ? Directory.EnumerateFiles(Root, "*.json", SearchOption.AllDirectories).Select(file => "jira/webhooks/" + Path.GetRelativePath(Root, file)).Order()
        : [];

    private static readonly string Root = FindWebhooks();

    [Test]
    public void Fields_that_an_event_does_not_carry_keep_their_stored_values_and_nulls_clear_them()
    {
        var known = Parse("""
            {"id":"1","key":"A-1","fields":{"summary":"Old","description":"Text","status":{"name":"Open"},"labels":["x"],"customfield_1":5,
             "assignee":{"accountId":"5","displayName":"Ann"},"priority":{"name":"High"},"duedate":"2024-02-29","updated":"2024-01-01T10:00:00.000+0000"}}
            """);
        var told = Parse("""
            {"id":"1","key":"A-1","fields":{"summary":"New","assignee":null,"updated":"2024-01-02T10:00:00.000+0000"}}
            """);
        var complete = EventIssue.Complete(told, known, _ => true);
        complete.At("fields", "customfield_1").GetInt32().Should().Be(5, "a mapping made later finds it");
        var stored = JiraIssue.Read(known, Site)!;
        JiraIssue.Read(complete, Site).Should().BeEquivalentTo(stored with
        {
            Summary = "New", Assignee = null, AssigneeId = null, RemoteUpdatedAt = new DateTimeOffset(2024, 1, 2, 10, 0, 0, TimeSpan.Zero),
        }, compare => compare.Excluding(t => t.Source).Excluding(t => t.Fields));
    }

    [Test]
    public void A_text_that_an_event_does_not_tell_to_have_changed_keeps_its_form()
    {
        const string document = """{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"As a document"}]}]}""";
        var known = Parse($$$"""{"fields":{"description":{{{document}}},"customfield_1":{{{document}}},"updated":1}}""");
        var told = Parse("""{"fields":{"description":"As markup","customfield_1":"As markup","updated":2}}""");
        var complete = EventIssue.Complete(told, known, field => field == "customfield_1");
        complete.At("fields", "description").ValueKind.Should().Be(JsonValueKind.Object);
        complete.At("fields").Text("customfield_1").Should().Be("As markup");
        complete.At("fields").Number("updated").Should().Be(2);
    }

    [Test]
    public void Escapes_that_are_no_text_come_through_unharmed()
    {
        var complete = EventIssue.Complete(Parse("""{"id":"1","fields":{"a":"\ud83d"}}"""), Parse("""{"fields":{"b":"\ude00\u0000"}}"""), _ => true);
        complete.GetRawText().Should().Be("""{"id":"1","fields":{"a":"\ud83d","b":"\ude00\u0000"}}""");
    }

    [Test]
    public void Parent_resolution_and_the_description_as_html_are_read()
    {
        var ticket = Read("""{"parent":{"id":"9","key":"A-0","fields":{"summary":"Epic"}},"resolution":{"name":"Won't do"},"description":"*now*"}""");
        (ticket.ParentKey, ticket.Resolution, ticket.Description, ticket.DescriptionHtml).Should().Be(("A-0", "Won't do", "now", "<p><strong>now</strong></p>"));
    }

    [Test]
    public void A_data_center_user_is_known_by_name()
    {
        var ticket = Read("""{"assignee":{"name":"jdoe","key":"JIRAUSER10100","displayName":"John Doe","emailAddress":"j@x.test"}}""");
        (ticket.AssigneeId, ticket.Assignee, ticket.AssigneeEmail).Should().Be(("jdoe", "John Doe", "j@x.test"));
    }

    [Test]
    public void Text_that_postgresql_refuses_is_made_storable()
    {
        var ticket = Read("""{"summary":"a\u0000b \ud83d c \ud83d\ude00 \ude00","labels":["z\u0000","a","a"]}""");
        ticket.Summary.Should().Be("ab \uFFFD c 😀 \uFFFD");
        ticket.Labels.Should().Equal("a", "z");
    }

    [Test]
    public void Line_ends_and_outer_blanks_of_wiki_text_do_not_count() => Read("""{"description":"a\r\nb\r\n"}""").Description.Should().Be("a\nb");

    [TestCase("""{"key":"A-1","fields":{"updated":"2024-01-01T10:00:00.000+0000"}}""")]
    [TestCase("""{"id":"1","fields":{"updated":"2024-01-01T10:00:00.000+0000"}}""")]
    [TestCase("""{"id":"1","key":"A-1","fields":{}}""")]
    [TestCase("""{"id":"1","key":"A-1","fields":{"updated":"soon"}}""")]
    [TestCase("""{"id":"1","key":"A-1"}""")]
    [TestCase("[]")]
    public void What_is_no_issue_is_not_taken_for_one(string json) => JiraIssue.Read(Parse(json), Site).Should().BeNull();

    [TestCase("2026-11-20T10:11:12.345+0000", "2026-11-20T10:11:12.345Z")]
    [TestCase("2026-11-20T10:11:12.345-0330", "2026-11-20T13:41:12.345Z")]
    [TestCase("2026-11-20T10:11:12+08:00", "2026-11-20T02:11:12Z")]
    public void Times_without_a_colon_in_the_offset_are_read(string text, string instant) =>
        JiraTime.Instant(Parse($"\"{text}\"")).Should().Be(DateTimeOffset.Parse(instant, null));

    [Test]
    public void Order_of_labels_and_members_and_unicode_form_do_not_change_the_hash()
    {
        var hash = TicketHash.Of(Read("""{"summary":"caf\u00e9","labels":["b","a"]}"""));
        TicketHash.Of(Read("""{"labels":["a","b","a"],"summary":"cafe\u0301"}""")).Should().Equal(hash);
        TicketHash.Of(Read("""{"labels":["a","b"],"summary":"cafe"}""")).Should().NotEqual(hash);
    }

    private static RemoteTicket Read(string fields)
    {
        using var given = JsonDocument.Parse(fields);
        var updated = "\"updated\":\"2024-01-01T10:00:00.000+0000\"";
        return JiraIssue.Read(Parse($$"""{"id":"1","key":"A-1","fields":{{{updated}},{{fields.Trim()[1..]}}}"""), Site)!;
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static string FindWebhooks()
    {
        try
        {
            return Fixtures.Locate("jira/webhooks");
        }
        catch (IgnoreException)
        {
            return "";
        }
    }
}

internal static class IncompleteIssues
{
    /// <summary>The recorded issue of a command-line tool lacks its id.</summary>
    public static JsonElement Complete(this JsonElement issue)
    {
        var tree = System.Text.Json.Nodes.JsonNode.Parse(issue.GetRawText())!.AsObject();
        tree["id"] ??= "1";
        return JsonElement.Parse(tree.ToJsonString());
    }
}
