using System.Globalization;
using System.Net;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class TalkTests
{
    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:11:12.345Z", CultureInfo.InvariantCulture));
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, Issues = 200 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task Generated_issues_have_long_threads_worklogs_histories_and_links()
    {
        var all = jira.Issues.All;
        all.Should().Contain(i => i.Comments.Length > 40).And.Contain(i => i.Worklogs.Length > 20);
        all.SelectMany(i => i.Links).Should().NotBeEmpty().And.OnlyContain(l => all.Single(i => i.Id == l.Source).Links.Contains(l) && all.Single(i => i.Id == l.Target).Links.Contains(l));
        all.Should().OnlyContain(i => i.Comments.All(c => c.Created >= i.Created && c.Created <= i.Updated));
        var deep = all.First(i => i.Id % 50 == 9);
        (await caller.Get($"/rest/api/3/issue/{deep.Key}/changelog")).Json.GetProperty("total").GetInt32().Should().Be(45);
    }

    [Test]
    public async Task Embedded_lists_are_cut_and_say_how_many_there_are()
    {
        var talkative = jira.Issues.All.First(i => i.Comments.Length > 20);
        var busy = jira.Issues.All.First(i => i.Worklogs.Length > 20);
        var comment = (await Embedded(talkative.Key)).GetProperty("comment");
        comment.GetProperty("comments").GetArrayLength().Should().Be(20);
        comment.GetProperty("total").GetInt32().Should().Be(talkative.Comments.Length);
        (await Embedded(busy.Key)).GetProperty("worklog").GetProperty("worklogs").GetArrayLength().Should().Be(20);

        var ids = new List<string>();
        for (var page = 0; ids.Count < talkative.Comments.Length; page++)
        {
            var answer = (await caller.Get($"/rest/api/3/issue/{talkative.Key}/comment?startAt={ids.Count}&maxResults=10&orderBy=-created")).Json;
            ids.AddRange(answer.GetProperty("comments").EnumerateArray().Select(c => c.GetProperty("id").GetString()!));
        }

        ids.Should().Equal(talkative.Comments.Reverse().Select(c => $"{c.Id}"));
        (await caller.Get($"/rest/api/3/issue/{busy.Key}/worklog")).Json.GetProperty("worklogs").GetArrayLength().Should().Be(busy.Worklogs.Length);

        async Task<JsonElement> Embedded(string key) =>
            (await caller.Post("/rest/api/3/search/jql", new { jql = $"key = {key}", fields = new[] { "comment", "worklog" } })).Json.GetProperty("issues")[0].GetProperty("fields");
    }

    [Test]
    public async Task A_worklog_has_the_shape_of_a_recorded_one()
    {
        var recorded = JsonSerializer.Deserialize<JsonElement>(File.ReadLines(Fixtures.Locate("jira/rest/devlake/worklogs.jsonl")).First());
        jira.Issues.LogWork("HUB-1", 28_800 + 5_400);
        var shown = (await caller.Get("/rest/api/2/issue/HUB-1/worklog")).Json.GetProperty("worklogs").EnumerateArray().Last();
        shown.EnumerateObject().Select(p => p.Name).Should().BeEquivalentTo(recorded.EnumerateObject().Select(p => p.Name));
        shown.GetProperty("timeSpent").GetString().Should().Be("1d 1h 30m");
    }

    [Test]
    public async Task Comments_and_worklogs_can_be_written_changed_and_removed_and_each_touches_the_issue()
    {
        const string at = "/rest/api/2/issue/HUB-1";
        var before = jira.Issues["HUB-1"];
        var comment = await Touched(() => caller.Post($"{at}/comment", new { body = "one" }), HttpStatusCode.Created);
        await Touched(() => caller.Send("PUT", $"{at}/comment/{comment}", new { body = "two" }), HttpStatusCode.OK);
        jira.Issues["HUB-1"].Comments[^1].Body.Should().Be("two");
        var log = await Touched(() => caller.Post($"{at}/worklog", new { timeSpentSeconds = 3600, started = "2026-11-19T08:00:00.000+0000", comment = "x" }), HttpStatusCode.Created);
        await Touched(() => caller.Send("PUT", $"{at}/worklog/{log}", new { timeSpentSeconds = 60 }), HttpStatusCode.OK);
        await Touched(() => caller.Send("DELETE", $"{at}/worklog/{log}"), HttpStatusCode.NoContent);
        await Touched(() => caller.Send("DELETE", $"{at}/comment/{comment}"), HttpStatusCode.NoContent);
        jira.Issues["HUB-1"].Comments.Should().Equal(before.Comments);
        (await caller.Send("DELETE", $"{at}/comment/{comment}")).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Post($"{at}/worklog", new { timeSpentSeconds = 60, started = "2026-11-19T08:00:00+00:00" })).Status.Should().Be(HttpStatusCode.BadRequest);

        async Task<string?> Touched(Func<Task<Answer>> write, HttpStatusCode expected)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            var answer = await write();
            answer.Status.Should().Be(expected, answer.Body);
            jira.Issues["HUB-1"].Updated.Should().Be(JiraNow());
            return answer.Body.Length == 0 ? null : answer.Json.GetProperty("id").GetString();
        }
    }

    [Test]
    public async Task A_link_shows_at_both_ends_until_it_or_an_end_is_removed()
    {
        var body = new { type = new { name = "Blocks" }, inwardIssue = new { key = "HUB-1" }, outwardIssue = new { key = "PAY-1" } };
        (await caller.Post("/rest/api/3/issueLink", body)).Status.Should().Be(HttpStatusCode.Created);
        var link = (await Links("HUB-1")).Single();
        link.GetProperty("type").GetProperty("outward").GetString().Should().Be("blocks");
        link.GetProperty("outwardIssue").GetProperty("key").GetString().Should().Be("PAY-1");
        (await Links("PAY-1")).Single().GetProperty("inwardIssue").GetProperty("key").GetString().Should().Be("HUB-1");
        jira.Issues["PAY-1"].Updated.Should().Be(JiraNow());
        (await caller.Get("/rest/api/3/issue/PAY-1/changelog")).Body.Should().Contain("This issue is blocked by HUB-1");

        jira.Issues.Hide("PAY-1");
        (await Links("HUB-1")).Should().BeEmpty("nobody learns of an issue through a link");
        jira.Issues.Show("PAY-1");
        (await caller.Send("DELETE", $"/rest/api/3/issueLink/{link.GetProperty("id").GetString()}")).Status.Should().Be(HttpStatusCode.NoContent);
        (await Links("PAY-1")).Should().BeEmpty();
        jira.Issues.Link("HUB-1", "PAY-1");
        var updated = jira.Issues["HUB-1"].Updated;
        clock.Advance(TimeSpan.FromMinutes(1));
        jira.Issues.Delete("PAY-1");
        (await Links("HUB-1")).Should().BeEmpty();
        jira.Issues["HUB-1"].Updated.Should().Be(updated, "the deletion of an issue does not touch those that it was linked to");

        async Task<JsonElement[]> Links(string key) =>
            [.. (await caller.Get($"/rest/api/3/issue/{key}?fields=issuelinks")).Json.GetProperty("fields").GetProperty("issuelinks").EnumerateArray()];
    }

    [Test]
    public async Task A_link_can_leave_the_time_of_the_issues_alone()
    {
        var before = jira.Issues["HUB-1"].Updated;
        jira.Issues.LinksTouch = false;
        jira.Issues.Link("HUB-1", "HUB-2");
        (await caller.Get("/rest/api/3/issue/HUB-1?fields=issuelinks")).Json.GetProperty("fields").GetProperty("issuelinks").GetArrayLength().Should().Be(1);
        jira.Issues["HUB-1"].Updated.Should().Be(before);
    }

    [Test]
    public async Task Histories_come_newest_first_and_cut_when_embedded_and_oldest_first_in_bulk()
    {
        var deep = jira.Issues.All.First(i => i.Id % 50 == 9);
        jira.UpdateIssue(deep.Key, i => i with { Summary = "last" });
        var embedded = (await caller.Post("/rest/api/3/search/jql", new { jql = $"key = {deep.Key}", fields = new[] { "summary" }, expand = "changelog" }))
            .Json.GetProperty("issues")[0].GetProperty("changelog");
        embedded.GetProperty("histories").GetArrayLength().Should().Be(40);
        embedded.GetProperty("total").GetInt32().Should().Be(46);
        embedded.GetProperty("histories")[0].GetProperty("items")[0].GetProperty("toString").GetString().Should().Be("last");

        var names = jira.Issues.All.Take(60).Select(i => i.Key).Append(deep.Key).Append("HUB-9999").ToArray();
        var histories = new List<(string Issue, long At)>();
        string? token = null;
        do
        {
            var page = (await caller.Post("/rest/api/3/changelog/bulkfetch", new { issueIdsOrKeys = names, fieldIds = new[] { "status", "summary" }, maxResults = 20, nextPageToken = token })).Json;
            foreach (var issue in page.GetProperty("issueChangeLogs").EnumerateArray())
                histories.AddRange(issue.GetProperty("changeHistories").EnumerateArray().Select(h => (issue.GetProperty("issueId").GetString()!, h.GetProperty("created").GetInt64())));
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        histories.Should().HaveCountGreaterThan(60);
        histories.Count(h => h.Issue == $"{deep.Id}").Should().Be(31, "two of three generated steps are of the status, and the summary changed");
        histories[^1].Should().Be(($"{deep.Id}", JiraNow().ToUnixTimeMilliseconds()));
        (await caller.Post("/rest/api/3/changelog/bulkfetch", new { issueIdsOrKeys = Enumerable.Range(1, 1001).Select(n => $"{n}") })).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Data_center_embeds_everything_and_has_no_page_of_history()
    {
        await using var site = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = Deployment.Server, Issues = 200 });
        using var visitor = new JiraCaller(site);
        var deep = site.Issues.All.First(i => i.Id % 50 == 9);
        var talkative = site.Issues.All.First(i => i.Comments.Length > 20);
        var shown = (await visitor.Get($"/rest/api/2/issue/{deep.Key}?expand=changelog")).Json.GetProperty("changelog").GetProperty("histories").EnumerateArray();
        shown.Select(h => h.GetProperty("id").GetString()).Should().HaveCount(45).And.BeInAscendingOrder();
        (await visitor.Get($"/rest/api/2/issue/{talkative.Key}")).Json.GetProperty("fields").GetProperty("comment").GetProperty("comments").GetArrayLength()
            .Should().Be(talkative.Comments.Length);
        (await visitor.Get($"/rest/api/2/issue/{deep.Key}/changelog")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    DateTimeOffset JiraNow() => clock.GetUtcNow();
}
