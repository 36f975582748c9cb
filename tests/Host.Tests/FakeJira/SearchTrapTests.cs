using System.Globalization;
using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class SearchTrapTests
{
    const string Search = "/rest/api/3/search/jql";

    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture));
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, Issues = 60 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task A_hidden_issue_is_absent_everywhere_and_nothing_says_why()
    {
        var before = jira.Issues["HUB-1"].Updated;
        (await Keys("project = HUB")).Should().Contain("HUB-1");
        jira.Issues.Hide("HUB-1");
        (await Keys("project = HUB")).Should().NotContain("HUB-1").And.HaveCount(29);
        (await caller.Get("/rest/api/3/issue/HUB-1")).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Post("/rest/api/3/issue/bulkfetch", new { issueIdsOrKeys = new[] { "HUB-1", "HUB-2" } })).Keys.Should().Equal("HUB-2");
        (await caller.Post(Search, new { jql = "key = HUB-1" })).Status.Should().Be(HttpStatusCode.BadRequest);
        jira.Issues.Show("HUB-1");
        (await Keys("project = HUB")).Should().Contain("HUB-1");
        jira.Issues["HUB-1"].Updated.Should().Be(before);
    }

    [Test]
    public async Task A_hidden_project_makes_a_query_that_names_it_wrong()
    {
        jira.Issues.HideProject("PAY");
        (await caller.Post(Search, new { jql = "project in (HUB, PAY)" })).Error.Should().Be("The value 'PAY' does not exist for the field 'project'.");
        (await caller.Get("/rest/api/3/project/PAY")).Status.Should().Be(HttpStatusCode.NotFound);
        (await Keys("updated >= '2020-01-01'")).Should().HaveCount(30).And.OnlyContain(k => k.StartsWith("HUB"));
    }

    [Test]
    public async Task A_moved_issue_keeps_its_id_and_answers_to_its_old_key()
    {
        var id = jira.Issues["HUB-1"].Id;
        jira.Issues.Move("HUB-1", "PAY");
        var moved = (await caller.Get("/rest/api/3/issue/HUB-1")).Json;
        (moved.GetProperty("id").GetString(), moved.GetProperty("key").GetString()).Should().Be(($"{id}", "PAY-31"));
        (await Keys("project = HUB")).Should().HaveCount(29);
    }

    [Test]
    public async Task A_renamed_status_or_person_shows_at_once_and_touches_no_issue()
    {
        jira.UpdateIssue("HUB-1", i => i with { Status = Status.InReview, Assignee = User.Colleagues[0] });
        var updated = jira.Issues["HUB-1"].Updated;
        clock.Advance(TimeSpan.FromHours(1));
        jira.Issues.Rename(Status.InReview, "Peer Review");
        jira.Issues.Rename(User.Colleagues[0], "Małgorzata Nowak");
        var fields = (await caller.Get("/rest/api/3/issue/HUB-1")).Json.GetProperty("fields");
        fields.GetProperty("status").GetProperty("name").GetString().Should().Be("Peer Review");
        fields.GetProperty("assignee").GetProperty("displayName").GetString().Should().Be("Małgorzata Nowak");
        (await Keys("status = 'Peer Review'")).Should().Contain("HUB-1");
        (await caller.Post(Search, new { jql = "status = 'In Review'" })).Status.Should().Be(HttpStatusCode.BadRequest, "the old name is gone");
        jira.Issues["HUB-1"].Updated.Should().Be(updated);
        (await Keys("updated >= -30m")).Should().BeEmpty();
    }

    [Test]
    public async Task An_issue_can_break_the_page_it_stands_on_and_no_other()
    {
        jira.Search.Breaking = ["HUB-10"];
        (await Page("key = HUB-10")).Should().Be(HttpStatusCode.InternalServerError);
        (await Page("project = HUB")).Should().Be(HttpStatusCode.InternalServerError);
        (await Page("project = PAY")).Should().Be(HttpStatusCode.OK);
        (await caller.Post("/rest/api/3/issue/bulkfetch", new { issueIdsOrKeys = new[] { "HUB-10", "HUB-11" } })).Status.Should().Be(HttpStatusCode.InternalServerError);
        (await caller.Get("/rest/api/3/issue/HUB-10")).Status.Should().Be(HttpStatusCode.OK);

        async Task<HttpStatusCode> Page(string jql) => (await caller.Post(Search, new { jql, maxResults = 100 })).Status;
    }

    [Test]
    public async Task A_credential_can_decay_to_the_anonymous_user_in_the_middle_of_a_walk()
    {
        jira.Auth.PublicProjects = ["PAY"];
        jira.Auth.DegradeAfter(1);
        (await Keys("project in (HUB, PAY)")).Should().HaveCount(60);
        (await Keys("updated >= '2020-01-01'")).Should().HaveCount(30, "search goes on as if nothing had happened");
        (await caller.Get("/rest/api/3/issue/HUB-1")).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Get("/rest/api/3/issue/PAY-1")).Status.Should().Be(HttpStatusCode.OK);
        (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await caller.Post("/rest/api/3/search/approximate-count", new { jql = "updated >= '2020-01-01'" })).Json.GetProperty("count").GetInt32().Should().Be(30);
        jira.Auth.Restore();
        (await Keys("project = HUB")).Should().HaveCount(30);
    }

    [Test]
    public async Task A_late_index_is_seen_through_for_the_issues_that_a_caller_names()
    {
        jira.Search.IndexLag = TimeSpan.FromMinutes(5);
        jira.UpdateIssue("HUB-1", i => i with { Summary = "Fresh" });
        var id = $"{jira.Issues["HUB-1"].Id}";
        (await Found([])).Should().BeEmpty();
        (await Found([id])).Should().Equal("HUB-1");
        (await Found([])).Should().BeEmpty();
        (await caller.Post(Search, new { jql = "project = HUB", reconcileIssues = Enumerable.Range(1, 51) })).Status.Should().Be(HttpStatusCode.BadRequest);

        async Task<string[]> Found(string[] reconcile) =>
            (await caller.Post(Search, new { jql = "project = HUB and summary ~ Fresh", fields = new[] { "summary" }, reconcileIssues = reconcile.Select(long.Parse) })).Keys;
    }

    [Test]
    public async Task Membership_is_tested_query_by_query()
    {
        var (hub, pay) = (jira.Issues["HUB-1"].Id, jira.Issues["PAY-1"].Id);
        var answer = await caller.Post("/rest/api/3/jql/match", new { issueIds = new[] { hub, pay, 99 }, jqls = new[] { "project = HUB", "project in (HUB, PAY)", "nonsense = 1" } });
        var matches = answer.Json.GetProperty("matches").EnumerateArray().ToArray();
        matches.Select(m => string.Join(' ', m.GetProperty("matchedIssues").EnumerateArray().Select(i => i.GetInt64()))).Should().Equal($"{hub}", $"{hub} {pay}", "");
        matches[2].GetProperty("errors")[0].GetString().Should().StartWith("Field 'nonsense' does not exist");
    }

    [Test]
    public async Task Whatever_changes_between_two_searches_the_second_one_is_right()
    {
        const string jql = "project = HUB and labels = wanted order by updated asc, key asc";
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            var key = jira.Issues.All[random.Next(jira.Issues.Count)].Key;
            switch (random.Next(8))
            {
                case 0: jira.Issues.Add("HUB", i => i with { Labels = ["wanted"] }); break;
                case 1 when jira.Issues.Count > 20: jira.Issues.Delete(key); break;
                case 2: jira.Issues.Move(key, random.Next(2) == 0 ? "HUB" : "PAY"); break;
                case 3: jira.Issues.Hide(key); break;
                case 4: jira.Issues.Show(key); break;
                case 5: jira.UpdateIssue(key, i => i with { Labels = i.Labels.Contains("wanted") ? [] : ["wanted"] }); break;
                default: jira.Issues.Comment(key, "more"); break;
            }

            (await Keys(jql)).Should().Equal(jira.Select(jql).Select(i => i.Key), $"round {round}");
        }
    }

    async Task<string[]> Keys(string jql) => (await caller.Post(Search, new { jql, maxResults = 100, fields = new[] { "summary" } })).Keys;
}
