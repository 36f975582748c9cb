using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>Pull requests, issues, releases, workflow runs and files that change while and after they are read.</summary>
public sealed class ChangeTests
{
    [Test]
    public async Task Pull_requests_that_move_between_the_pages_are_neither_lost_nor_doubled()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 5, Pulls = 230, Issues = 0, Releases = 0, WorkflowRuns = 0 }] });
        await using var hub = await GithubHub.Start(github);
        var pulls = hub.Repository.Pulls;
        // Before each page the oldest one changes and jumps to the front; ties stand in another order each time.
        var next = 0;
        github.Lists.TiesMove = true;
        github.Lists.BeforePage = (path, _) =>
        {
            if (path == "/pulls" && next < 8)
                pulls.Update(pulls.All[next++ * 20].Number, pull => pull with { Title = $"{pull.Title} (moved)" });
        };

        await hub.Sync("incremental", "completed", "repository", "pulls");
        github.Lists.BeforePage = null;

        (await hub.List("github-pulls")).Select(pull => pull.Number("number")).Should().BeEquivalentTo(pulls.All.Select(pull => (long)pull.Number));
        var merged = pulls.Merge(pulls.All.First(pull => pull.Open && !pull.Draft).Number);
        var opened = pulls.Open("HUB-4 anew", hub.Repository.Git.CreateBranch("anew").Name);
        pulls.Close(opened.Number);
        github.Requests.Clear();
        await hub.Sync("incremental", "completed", "repository", "pulls");
        hub.Heard.Events.Should().Contain([$"pull_request.merged {merged.Number}", $"pull_request.opened {opened.Number}", $"pull_request.closed {opened.Number}"]);
        github.Requests.To("/pulls").Should().HaveCountLessThanOrEqualTo(3, "the walk ends at what is known");
        (await hub.List("github-pulls")).Select(pull => (pull.Number("number"), pull.Text("title")))
            .Should().BeEquivalentTo(pulls.All.Select(pull => ((long)pull.Number, pull.Title)), "what moved last is found by the next run");
    }

    [Test]
    public async Task Issues_that_change_while_they_are_read_are_not_skipped_and_pull_requests_are_none()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 3, Pulls = 5, Issues = 0, Releases = 0, WorkflowRuns = 0 }] });
        await using var hub = await GithubHub.Start(github);
        var issues = hub.Repository.Issues;
        var at = DateTimeOffset.UtcNow.AddDays(-30);
        // 250 of one second in the middle of others.
        foreach (var i in Enumerable.Range(0, 450))
            issues.Open($"Issue {i}", issue => issue with { Created = at.AddMinutes(i), Updated = i is >= 100 and < 350 ? at.AddDays(10) : i < 100 ? at.AddMinutes(i) : at.AddDays(11).AddMinutes(i) });
        var moved = 0;
        github.Lists.TiesMove = true;
        github.Lists.BeforePage = (path, _) =>
        {
            if (path == "/issues" && moved < 4)
                issues.Update(issues.All[moved++].Number, issue => issue with { Title = "Changed meanwhile" });
        };

        await hub.Sync("full", "completed", "repository", "issues");

        github.Lists.BeforePage = null;
        (await hub.Sql<long>("select count(*) from sync.tickets where deleted_at is null")).Should().Be(450);
        await hub.Sync("incremental", "completed", "repository", "issues");
        (await hub.Sql<long>("select count(*) from sync.tickets where summary = 'Changed meanwhile'")).Should().Be(4);
    }

    [Test]
    public async Task Deleted_and_transferred_issues_go_with_a_full_run_and_too_many_at_once_need_a_word()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 3, Pulls = 0, Issues = 20, Releases = 0, WorkflowRuns = 0 }, new("acme/other")] });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var numbers = hub.Repository.Issues.All.Select(issue => issue.Number).ToArray();
        hub.Repository.Issues.Delete(numbers[0]);
        hub.Repository.Issues.Transfer(numbers[1], github.Repositories["acme/other"]);
        (await hub.Sync("full")).Number("deleted").Should().Be(2);
        (await hub.Issues()).Select(issue => issue.Text("key")).Should().NotContain([$"acme/shop#{numbers[0]}", $"acme/shop#{numbers[1]}"]).And.HaveCount(18);
        foreach (var number in numbers[2..10])
            hub.Repository.Issues.Delete(number);

        await hub.Sync("full", "quarantined");

        (await hub.Issues()).Should().HaveCount(18);
    }

    [Test]
    public async Task Releases_are_told_when_they_are_published_and_drafts_outlive_a_weaker_credential()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 5, Pulls = 0, Issues = 0, Releases = 3, WorkflowRuns = 0 }] });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var endpoint = (await hub.Http.Post("webhooks/endpoints", new { scope_id = hub.Project, url = $"{github.Url}/hook", event_types = new[] { "release.*" } })).Expect(201).Number("id");
        var draft = hub.Repository.Releases.All.Single(release => release.Draft);
        hub.Repository.Releases.Publish(draft.Id);
        hub.Repository.Releases.Delete(hub.Repository.Releases.All.First(release => !release.Draft && release.Id != draft.Id).Id);

        (await hub.Sync()).Number("deleted").Should().Be(1);

        hub.Heard.Events.Should().Equal($"release.published {draft.TagName}");
        (await hub.List("github-releases")).Should().HaveCount(2);
        (await hub.Http.Get($"webhooks/deliveries?endpoint_id={endpoint}")).Expect(200).GetProperty("items").EnumerateArray().Select(delivery => delivery.Text("event_type"))
            .Should().Equal("release.published");
    }

    [Test]
    public async Task Workflow_runs_beyond_what_a_search_shows_are_all_found_and_those_under_way_are_looked_at_again()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 3, Pulls = 0, Issues = 0, Releases = 0, WorkflowRuns = 0 }] });
        await using var hub = await GithubHub.Start(github);
        var runs = hub.Repository.Runs;
        var now = DateTimeOffset.UtcNow;
        foreach (var i in Enumerable.Range(0, 1300))
            runs.Add("main", run => run with { Created = now.AddMinutes(-i), Updated = now.AddMinutes(-i).AddSeconds(90) });
        var slow = runs.Add("main", run => run with { Created = now.AddDays(-20), Updated = now.AddDays(-20), Status = "in_progress", Conclusion = null });

        await hub.Sync("incremental", "completed", "repository", "workflow_runs");

        (await hub.Sql<long>("select count(*) from sync.workflow_runs")).Should().Be(1301);
        runs.Update(slow.Id, run => run with { Status = "completed", Conclusion = "failure", Updated = now });
        await hub.Sync("incremental", "completed", "repository", "workflow_runs");
        var shown = (await hub.List("github-workflow-runs"))[^1];
        (shown.Text("conclusion"), shown.Number("duration_ms") > 0).Should().Be(("failure", true));
    }

    [Test]
    public async Task Files_that_github_does_not_show_at_once_are_read_folder_by_folder_and_gone_ones_go()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 5, Pulls = 0, Issues = 0, Releases = 0, WorkflowRuns = 0 }] });
        await using var hub = await GithubHub.Start(github);
        async Task<IEnumerable<string>> Truth()
        {
            var limit = github.Lists.TreeLimit;
            github.Lists.TreeLimit = 100_000;
            var tree = await hub.Ask("git/trees/main?recursive=1");
            github.Lists.TreeLimit = limit;
            return tree.GetProperty("tree").EnumerateArray().Select(entry => entry.Text("path"));
        }

        Task<string[]> Stored() => hub.Sql<string[]>("select array_agg(path) from sync.tree_entries");
        string[] streams = ["repository", "branches", "tree"];
        github.Lists.TreeLimit = 12;
        await hub.Sync("incremental", "completed", streams);
        (await Stored()).Should().BeEquivalentTo(await Truth());
        var gone = (await Truth()).First(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal));
        hub.Repository.Git.Push("main", new CommitDraft("less") { Changes = [new FileChange(gone, "removed"), new FileChange("docs/new/page.md", "added") { Content = "hello" }] });
        await hub.Sync("incremental", "completed", streams);
        (await Stored()).Should().BeEquivalentTo(await Truth()).And.Contain("docs/new/page.md").And.NotContain(gone);
        github.Lists.TreeLimit = 100_000;
        hub.Repository.Git.Push("main", new CommitDraft("back") { Changes = [new FileChange("docs/new/page.md", "removed")] });

        await hub.Sync("incremental", "completed", streams);

        (await Stored()).Should().BeEquivalentTo(await Truth()).And.NotContain("docs/new");
    }
}
