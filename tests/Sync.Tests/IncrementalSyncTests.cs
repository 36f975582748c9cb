using FluentAssertions;
using Hub.FakeJira;
using Hub.Sync.Providers;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class IncrementalSyncTests
{
    private static readonly string[] Zones = ["America/Los_Angeles", "Asia/Shanghai", "UTC", "Asia/Kathmandu"];

    private static IEnumerable<TestCaseData> Accounts =>
        from zone in Zones
        from deployment in new[] { Deployment.Cloud, Deployment.Server }
        select new TestCaseData(zone, deployment).SetArgDisplayNames($"{deployment} {zone}");

    [TestCaseSource(nameof(Accounts))]
    public async Task Nothing_that_changes_is_lost_in_any_time_zone(string zone, Deployment deployment)
    {
        var clock = new FakeTime(new DateTimeOffset(2024, 6, 1, 12, 0, 30, TimeSpan.Zero));
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 60, Deployment = deployment, TimeZone = zone, Clock = clock });
        jira.Search.EpochMilliseconds = deployment is Deployment.Cloud;
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        for (var round = 1; round <= 4; round++)
        {
            clock.Advance(TimeSpan.FromMinutes(37));
            var one = jira.UpdateIssue("HUB-1", issue => issue with { Summary = $"Round {round}" });
            clock.Advance(TimeSpan.FromHours(5));
            var two = jira.UpdateIssue("PAY-2", issue => issue with { Status = round % 2 == 0 ? Status.ToDo : Status.Done });
            var three = jira.Issues.Add("HUB", issue => issue with { Summary = $"New in round {round}" });
            jira.Requests.Clear();
            var run = await hub.Sync("incremental");
            (run.Number("created"), run.Number("updated")).Should().Be((1, 2));
            run.Number("processed").Should().BeLessThan(10, "what did not change is not read again");
            (await hub.Ticket("HUB-1")).Text("summary").Should().Be($"Round {round}");
            (await hub.Ticket("PAY-2")).Text("status").Should().Be(two.Status.Name);
            (await hub.Ticket(three.Key)).GetProperty("updated_at").GetDateTimeOffset().Should().Be(three.Updated);
        }

        (await hub.Sync()).Counts().Should().Be((0, 0, 64, 0), "a walk over everything finds nothing that was missed");
    }

    [Test]
    public async Task The_first_incremental_run_reads_everything_and_deletes_nothing()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 30 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:CensusHours"] = "0");
        (await hub.Sync("incremental")).Counts().Should().Be((30, 0, 0, 0));
        jira.Issues.Delete("HUB-1");
        (await hub.Sync("incremental")).Number("deleted").Should().Be(0);
        (await hub.Keys()).Should().HaveCount(30);
        jira.Requests.To("/search/jql")[^1].Json.GetProperty("jql").GetString().Should().Contain("updated >= ").And.EndWith("order by updated asc, key asc");
    }

    [Test]
    public async Task An_edit_behind_a_long_first_walk_is_found_by_the_next_incremental_run()
    {
        // Real walks take longer than the overlap: the watermark must not pass what was edited while they ran.
        var clock = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250, Clock = clock });
        await using var hub = await JiraHub.Start(jira);
        var first = jira.Select("project in (HUB, PAY) order by created asc")[0];
        jira.Search.BeforePage = page =>
        {
            if (page == 2)
                jira.UpdateIssue(first.Key, issue => issue with { Summary = "Edited after it was read" });
            if (page == 3)
            {
                clock.Advance(TimeSpan.FromHours(1));
                jira.Issues.Add("HUB", issue => issue with { Summary = "Newest of all" });
            }
        };
        await hub.Sync();
        jira.Search.BeforePage = null;
        (await hub.Ticket(first.Key)).Text("summary").Should().NotStartWith("Edited");
        await hub.Sync("incremental");
        (await hub.Ticket(first.Key)).Text("summary").Should().StartWith("Edited");
    }

    [Test]
    public async Task Another_restriction_starts_anew()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 40 });
        await using var hub = await JiraHub.Start(jira, settings: new() { ["project_key"] = "HUB" });
        await hub.Sync();
        await hub.Set("project_keys", "HUB,PAY");
        (await hub.Sync("incremental")).Number("created").Should().Be(20, "old issues of a project that is new to the hub did not change lately");
        (await hub.Sync("incremental")).Number("created").Should().Be(0);
    }

    [Test]
    public async Task A_manual_run_does_not_move_the_watermark()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 10 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync("manual", "key = HUB-1");
        (await hub.Sync("incremental")).Number("created").Should().Be(9);
    }

    [Test]
    public async Task A_run_that_breaks_off_keeps_the_watermark_of_its_stored_pages()
    {
        var clock = new FakeTime(new DateTimeOffset(2024, 6, 1, 12, 0, 0, TimeSpan.Zero));
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 40, Clock = clock });
        await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:PageSize"] = "10");
        await hub.Sync();
        foreach (var issue in jira.Issues.All)
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            jira.UpdateIssue(issue.Key, changed => changed with { Summary = "Changed" });
        }

        jira.Auth.RevokeAfter(3);
        (await hub.Sync("incremental", expected: "failed")).Number("updated").Should().Be(20);
        jira.Auth.Restore();
        var rest = await hub.Sync("incremental");
        rest.Number("updated").Should().Be(20);
        rest.Number("processed").Should().BeLessThan(23);
    }
}
