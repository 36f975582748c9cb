using System.Globalization;
using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class CloudSearchTests
{
    const string Search = "/rest/api/3/search/jql";
    const string All = "project in (HUB, PAY) order by updated asc, key asc";

    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture));
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, Issues = 230 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task Walking_gives_every_issue_once_in_order()
    {
        var pages = await caller.Walk(All);
        pages.Select(p => p.Length).Should().Equal(50, 50, 50, 50, 30);
        pages.SelectMany(p => p).Should().Equal(jira.Select(All).Select(i => i.Key));
    }

    [Test]
    public async Task Short_and_empty_pages_lose_nothing()
    {
        jira.Search.ShortPages = true;
        var pages = await caller.Walk(All);
        pages.Should().Contain(p => p.Length == 0);
        pages.SelectMany(p => p).Should().Equal(jira.Select(All).Select(i => i.Key));
    }

    [Test]
    public async Task Reordered_pages_repeat_issues_but_lose_none()
    {
        jira.Search.ReorderPages = true;
        var keys = (await caller.Walk(All)).SelectMany(p => p).ToArray();
        keys.Should().HaveCount(230 + 4).And.NotBeEquivalentTo(jira.Select(All).Select(i => i.Key));
        keys.Distinct().Should().BeEquivalentTo(jira.Select(All).Select(i => i.Key));
    }

    [Test]
    public async Task An_issue_edited_during_the_walk_is_seen_again_at_its_end()
    {
        var first = jira.Select(All)[0].Key;
        jira.Search.BeforePage = page =>
        {
            if (page == 3) jira.UpdateIssue(first, i => i with { Summary = "edited" });
        };
        var keys = (await caller.Walk(All)).SelectMany(p => p).ToArray();
        keys.Should().HaveCount(231);
        keys[^1].Should().Be(first);
    }

    [Test]
    public async Task Without_fields_only_ids_come_back()
    {
        var page = await caller.Post(Search, new { jql = "project = HUB", maxResults = 1 });
        page.Json.GetProperty("issues")[0].EnumerateObject().Select(p => p.Name).Should().Equal("id");
    }

    [Test]
    public async Task A_token_works_only_for_its_query_and_fields_and_until_it_expires()
    {
        var first = await caller.Post(Search, new { jql = All, fields = new[] { "summary" }, maxResults = 5 });
        var token = first.Json.GetProperty("nextPageToken").GetString();
        (await Next("project = HUB", "summary")).Status.Should().Be(HttpStatusCode.BadRequest);
        (await Next(All, "status")).Status.Should().Be(HttpStatusCode.BadRequest);
        (await Next(All, "summary")).Status.Should().Be(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromDays(7));
        (await Next(All, "summary")).Status.Should().Be(HttpStatusCode.BadRequest);

        Task<Answer> Next(string jql, string field) => caller.Post(Search, new { jql, fields = new[] { field }, maxResults = 5, nextPageToken = token });
    }

    [Test]
    public async Task A_repeating_token_leads_in_circles()
    {
        jira.Search.RepeatTokenFromPage = 2;
        var first = await caller.Post(Search, new { jql = All, maxResults = 5 });
        var token = first.Json.GetProperty("nextPageToken").GetString();
        var second = await caller.Post(Search, new { jql = All, maxResults = 5, nextPageToken = token });
        second.Json.GetProperty("nextPageToken").GetString().Should().Be(token);
    }

    [Test]
    public async Task A_query_without_restriction_is_refused()
    {
        var answer = await caller.Post(Search, new { jql = "order by updated" });
        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Error.Should().StartWith("Unbounded JQL");
    }

    [Test]
    public async Task The_removed_search_answers_gone()
    {
        var answer = await caller.Get("/rest/api/3/search?jql=project=HUB");
        answer.Status.Should().Be(HttpStatusCode.Gone);
        answer.Error.Should().Contain("has been removed");
    }

    [Test]
    public async Task A_late_index_shows_a_write_only_after_some_searches()
    {
        jira.Search.IndexLagSearches = 2;
        var key = jira.Issues.Add("HUB", i => i with { Summary = "Fresh" }).Key;
        (await Found()).Should().BeEmpty();
        (await Found()).Should().BeEmpty();
        (await Found()).Should().Equal(key);
        (await caller.Get($"/rest/api/3/issue/{key}")).Status.Should().Be(HttpStatusCode.OK);

        async Task<string[]> Found() => (await caller.Walk("project = HUB and summary ~ Fresh")).Single();
    }

    [Test]
    public async Task A_late_index_catches_up_with_the_clock()
    {
        jira.Search.IndexLag = TimeSpan.FromSeconds(30);
        jira.Issues.Delete("HUB-1");
        (await caller.Walk("project = HUB", 100)).Should().Contain(p => p.Contains("HUB-1"));
        clock.Advance(TimeSpan.FromSeconds(30));
        (await caller.Walk("project = HUB", 100)).Should().NotContain(p => p.Contains("HUB-1"));
    }

    [Test]
    public async Task Bulk_fetch_leaves_out_what_is_missing_and_resolves_moved_keys()
    {
        jira.Issues.Move("HUB-2", "PAY");
        string[] asked = ["10005", "HUB-2", "HUB-9999"];
        var answer = await caller.Post("/rest/api/3/issue/bulkfetch", new { issueIdsOrKeys = asked, fields = new[] { "updated" } });
        answer.Keys.Should().Equal("PAY-116", "HUB-3");
        (await caller.Post("/rest/api/3/issue/bulkfetch", new { issueIdsOrKeys = Enumerable.Range(1, 101).Select(n => $"{n}") })).Status
            .Should().Be(HttpStatusCode.BadRequest);
    }
}
