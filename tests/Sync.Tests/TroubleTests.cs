using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Providers;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class TroubleTests
{
    private const string Search = "/rest/api/3/search/jql";

    private static IEnumerable<TestCaseData> Both =>
    [
        new TestCaseData(new FakeJiraOptions { Issues = 250 }).SetArgDisplayNames("Cloud"),
        new TestCaseData(new FakeJiraOptions { Issues = 250, Deployment = Deployment.Server, ContextPath = "/jira" }).SetArgDisplayNames("DataCenter"),
    ];

    [TestCaseSource(nameof(Both))]
    public async Task A_throttled_run_waits_as_long_as_it_is_told_and_goes_on_where_it_stopped(FakeJiraOptions options)
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(options);
        await using var hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
        jira.Search.BeforePage = _ => { if (jira.Requests.To("/search").Count == 2) jira.Faults.Next("/rest/api", Fault.Throttle(600)); };
        var id = await hub.Begin();
        (await hub.Worker.Tick(default)).Should().Be(1);
        var run = await hub.End(id, "waiting");
        run.GetProperty("wait_until").GetDateTimeOffset().Should().BeCloseTo(time.GetUtcNow().AddSeconds(600), TimeSpan.FromSeconds(1));
        run.Number("processed").Should().BeInRange(195, 200, "two pages came before");
        (await hub.Worker.Tick(default)).Should().Be(0, "nothing may be called before the time is up");
        time.Advance(TimeSpan.FromSeconds(599));
        (await hub.Worker.Tick(default)).Should().Be(0);

        time.Advance(TimeSpan.FromSeconds(1));
        jira.Requests.Clear();
        (await hub.Worker.Tick(default)).Should().Be(1);
        run = await hub.End(id);
        (run.Text("status"), run.Number("created"), run.Number("processed")).Should().Be(("completed", 250, 250));
        jira.Requests.To("/search").Should().HaveCount(1, "the pages that are stored are not read again");
        hub.Heard.Calls.Should().OnlyContain(call => call.Ok, "being asked to wait is no sickness");
    }

    [Test]
    public async Task Passing_failures_are_waited_out()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        var round = 0;
        foreach (var (fault, name) in new[]
        {
            (Fault.Reset, "reset in the body"), (Fault.Drop, "dropped"), (Fault.CutJson, "torn JSON"), (Fault.Status(500), "500"),
            (Fault.Html(502), "a gateway's 502"), (Fault.Status(503, 0), "503 with Retry-After"),
        })
        {
            jira.Search.BeforePage = page => { if (page == 2) jira.Faults.Next(Search, fault, 3); };
            hub.Heard.Runs.Clear();
            var run = await hub.Sync();
            (run.Number("created"), run.Number("processed")).Should().Be((round++ == 0 ? 250 : 0, 250), name);
            run.GetProperty("error").ValueKind.Should().Be(JsonValueKind.Null, name);
            hub.Heard.Runs.Count(r => r.Status == "waiting" && r.Error != null).Should().Be(3, name);
        }
    }

    [Test]
    public async Task Six_failures_in_a_row_end_a_run_and_turn_the_health_red()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        jira.Faults.Always(Search, Fault.Status(500));
        jira.Requests.Clear();
        var run = await hub.Sync(expected: "failed");
        run.Text("error").Should().Contain("500");
        jira.Requests.To(Search).Should().HaveCount(6);
        hub.Heard.Calls.Last().Should().Match<Contracts.IntegrationCalled>(call => !call.Ok && call.Reason == "provider_error");
        (await hub.Tickets()).Should().HaveCount(250);
    }

    [Test]
    public async Task A_token_revoked_in_the_middle_fails_the_run_at_once_and_deletes_nothing()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        jira.Issues.Delete("HUB-9");
        jira.UpdateIssue(jira.Select("project in (HUB, PAY) order by created asc")[0].Key, issue => issue with { Summary = "On the first page" });
        // The account, then the first page: the second one is refused.
        jira.Auth.RevokeAfter(2);
        jira.Requests.Clear();
        var run = await hub.Sync(expected: "failed");
        run.Text("error").Should().Contain("credentials");
        run.Counts().Should().Be((0, 1, 99, 0));
        jira.Requests.All.Where(request => request.Status == 401).Should().HaveCount(1, "refused credentials are not tried again");
        hub.Heard.Calls.Last().Should().Match<Contracts.IntegrationCalled>(call => !call.Ok && call.Reason == "auth");
        (await hub.Http.Get($"integrations/{hub.Integration}/health")).Expect(200).GetRawText().Should().Contain("\"auth\"");
        (await hub.Http.Get($"integrations/{hub.Integration}")).Expect(200).Text("health_status").Should().Be("error");
        (await hub.Keys()).Should().HaveCount(250).And.Contain("HUB-9");
        run.GetRawText().Should().NotContain(jira.Options.Token);
    }

    [Test]
    public async Task Credentials_that_became_an_anonymous_visitors_never_look_like_an_empty_site()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:DeleteGuardPercent"] = "100");
        await hub.Sync();
        jira.Search.BeforePage = _ => jira.Auth.Mode = AuthMode.Anonymous;
        jira.Search.MaxPage = 10;
        var run = await hub.Sync(expected: "failed");
        run.Text("error").Should().Contain("credentials");
        (await hub.Tickets()).Should().HaveCount(20);
    }

    [Test]
    public async Task Lasting_failures_end_a_run_at_once_with_words_that_help()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var hub = await JiraHub.Start(jira);
        foreach (var (fault, words) in new[]
        {
            (Fault.Html203, "web page"), (Fault.Redirect("https://sso.test/"), "redirects"),
            (Fault.Status(403), "account"), (Fault.Status(410), "Client bug"),
        })
        {
            jira.Faults.Clear();
            jira.Faults.Always(Search, fault);
            jira.Requests.Clear();
            (await hub.Sync(expected: "failed")).Text("error").Should().Contain(words);
            jira.Requests.To(Search).Should().HaveCount(1);
        }
    }

    [Test]
    public async Task A_page_token_that_repeats_ends_the_run()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        jira.Search.RepeatTokenFromPage = 2;
        (await hub.Sync(expected: "failed")).Text("error").Should().Contain("token");
        jira.Requests.To(Search).Count.Should().BeLessThan(5);
    }

    [Test]
    public async Task A_list_that_breaks_off_with_more_to_come_deletes_nothing()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 105 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        foreach (var key in jira.Issues.All.TakeLast(3).Select(issue => issue.Key))
            jira.Issues.Delete(key);
        jira.Search.OmitToken = true;
        var run = await hub.Sync();
        (run.Number("deleted"), run.Text("error")).Should().Be((0, "Nothing was deleted, because Jira told of another page and not where it is. The next full run will tell."));
        jira.Search.OmitToken = false;
        (await hub.Sync()).Number("deleted").Should().Be(3);
    }

    [Test]
    public async Task Short_empty_shuffled_and_overlapping_pages_lose_and_double_nothing([Values] bool omitIsLast)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        (jira.Search.ShortPages, jira.Search.ReorderPages, jira.Search.OmitIsLast) = (true, true, omitIsLast);
        (await hub.Sync()).Number("created").Should().Be(250);
        (await hub.Keys()).Should().BeEquivalentTo(jira.Issues.All.Select(issue => issue.Key));
    }

    [Test]
    public async Task A_page_token_that_died_while_the_run_waited_starts_the_walk_again()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        var thrown = false;
        jira.Search.BeforePage = page =>
        {
            jira.Search.TokenLifetime = thrown ? TimeSpan.FromDays(7) : TimeSpan.FromMilliseconds(1);
            if (!thrown)
                jira.Faults.Next(Search, Fault.Status(500));
            thrown = true;
        };
        var run = await hub.Sync();
        run.Number("created").Should().Be(250);
        run.Number("unchanged").Should().Be(100, "the first page was read twice");
    }

    [Test]
    public async Task Issues_deleted_under_a_walk_by_offsets_hide_no_other_and_delete_nothing_in_doubt()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 400, Deployment = Deployment.Server });
        await using var hub = await JiraHub.Start(jira);
        jira.Search.MaxPage = 50;
        // Children of a deleted issue change with it.
        var parents = jira.Issues.All.Select(issue => issue.ParentKey).ToHashSet();
        jira.Search.BeforePage = page =>
        {
            if (page == 3 && jira.Issues.Count == 400)
                foreach (var gone in jira.Select("project in (HUB, PAY) order by created asc").Where(issue => !parents.Contains(issue.Key)).Take(20))
                    jira.Issues.Delete(gone.Key);
        };
        var run = await hub.Sync();
        run.Text("error").Should().Contain("Nothing was deleted");
        (await hub.Keys()).Should().Contain(jira.Issues.All.Select(issue => issue.Key)).And.HaveCount(400, "the twenty were read before they went");
        jira.Search.BeforePage = null;
        (await hub.Sync()).Counts().Should().Be((0, 0, 380, 20));
    }

    [TestCase(3)]
    [TestCase(-3)]
    public async Task A_total_that_is_wrong_loses_nothing(int drift)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250, Deployment = Deployment.Server });
        await using var hub = await JiraHub.Start(jira);
        (jira.Search.MaxPage, jira.Search.TotalDrift) = (40, drift);
        await hub.Sync();
        (await hub.Tickets()).Should().HaveCountGreaterThan(225);
    }

    [Test]
    public async Task The_integrations_own_jql_must_not_order()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira, settings: new() { ["jql"] = "priority = High order by key" });
        (await hub.Sync(expected: "failed")).Text("error").Should().Contain("order by");
        jira.Requests.To(Search).Should().BeEmpty();
    }

    [Test]
    public async Task A_manual_query_that_jira_refuses_fails_with_its_words_and_leaves_the_health_alone()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira);
        (await hub.Sync("manual", "nonsense = 1", "failed")).Text("error").Should().Contain("nonsense");
        hub.Heard.Calls.Should().NotContain(call => !call.Ok);
    }

    [Test]
    public async Task Wrong_credentials_fail_before_anything_is_read()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira);
        jira.Auth.Token = "another";
        await hub.Sync(expected: "failed");
        jira.Requests.To(Search).Should().BeEmpty();
        hub.Heard.Calls.Should().ContainSingle().Which.Reason.Should().Be("auth");
    }
}
