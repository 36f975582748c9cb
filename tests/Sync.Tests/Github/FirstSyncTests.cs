using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>What is here after a repository was read for the first time, and what a second look costs.</summary>
public sealed class FirstSyncTests
{
    [Test]
    public async Task Everything_of_a_repository_is_here_and_nobody_is_told_of_old_history()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 130, Pulls = 30, Issues = 25, Releases = 4, WorkflowRuns = 10 }] });
        await using var hub = await GithubHub.Start(github);

        var run = await hub.Sync();

        run.Number("failed").Should().Be(0);
        run.GetProperty("error").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable);
        var pulls = await hub.List("github-pulls");
        pulls.Select(pull => (int)pull.Number("number")).Should().BeEquivalentTo(hub.Repository.Pulls.All.Select(pull => pull.Number));
        (await hub.List("github-pulls", "state=merged")).Select(pull => (int)pull.Number("number"))
            .Should().BeEquivalentTo(hub.Repository.Pulls.All.Where(pull => pull.Merged is not null).Select(pull => pull.Number)).And.NotBeEmpty();
        (await hub.List("github-branches")).Select(branch => branch.Text("name")).Should().BeEquivalentTo(hub.Repository.Git.Branches.Select(branch => branch.Name));
        (await hub.Issues()).Select(issue => issue.Text("key")).Should().BeEquivalentTo(hub.Repository.Issues.All.Select(issue => $"acme/shop#{issue.Number}"));
        (await hub.Issues()).Should().OnlyContain(issue => issue.Text("provider") == "github");
        (await hub.Http.Get($"projects/{hub.Project}/jira-tickets")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.List("github-releases")).Should().HaveCount(hub.Repository.Releases.All.Count);
        var since = DateTimeOffset.UtcNow.AddDays(-90);
        (await hub.List("github-workflow-runs")).Should().HaveCount(hub.Repository.Runs.All.Count(made => made.Created >= since));
        var tree = await hub.Ask("git/trees/main?recursive=1");
        (await hub.Sql<string[]>("select array_agg(path order by path collate \"C\") from sync.tree_entries"))
            .Should().BeEquivalentTo(tree.GetProperty("tree").EnumerateArray().Select(entry => entry.Text("path")));
        hub.Heard.Events.Should().BeEmpty();
        github.Requests.MostAtOnce.Should().Be(1, "GitHub takes parallel calls for abuse");
    }

    [Test]
    public async Task A_second_look_writes_no_row_and_costs_next_to_nothing_of_the_limit()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 60 }] });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        await hub.Sync();
        const string rows = """
            select string_agg(x, ',' order by x) from (
                select 'r' || xmin || ctid as x from sync.repositories union all select 'b' || xmin || ctid from sync.repository_branches
                union all select 'c' || xmin || ctid from sync.commits union all select 'p' || xmin || ctid from sync.pull_requests
                union all select 'v' || xmin || ctid from sync.pull_request_reviews union all select 'l' || xmin || ctid from sync.releases
                union all select 'w' || xmin || ctid from sync.workflow_runs union all select 't' || xmin || ctid from sync.tree_entries
                union all select 'i' || xmin || ctid from sync.tickets) all_rows
            """;
        var before = await hub.Sql<string>(rows);
        var used = github.Limits.Used;
        github.Requests.Clear();

        var run = await hub.Sync();

        (run.Number("created"), run.Number("updated"), run.Number("deleted")).Should().Be((0, 0, 0));
        (await hub.Sql<string>(rows)).Should().Be(before);
        (github.Limits.Used - used).Should().BeLessThanOrEqualTo(1, "all but the search for workflow runs is answered with 304: {0}", string.Join('\n', github.Requests.All));
        github.Requests.All.Should().OnlyContain(request => request.Headers.ContainsKey("User-Agent") && request.Headers["X-GitHub-Api-Version"] == "2022-11-28");
    }

    [Test]
    public async Task An_empty_repository_is_no_failure()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [RepositorySeed.Empty("acme/shop")] });
        await using var hub = await GithubHub.Start(github);

        var run = await hub.Sync();

        run.Text("status").Should().Be("completed");
        (await hub.Shas()).Should().BeEmpty();
        (await hub.Sync("full")).Text("status").Should().Be("completed");
    }

    [Test]
    public async Task Reviews_figures_and_files_come_with_what_changed()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 20 }] });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        (await hub.Sql<long>("select count(*) from sync.pull_request_reviews where deleted_at is null"))
            .Should().Be(hub.Repository.Pulls.All.Sum(pull => hub.Repository.Pulls.Reviews(pull.Number).Count));
        var pull = hub.Repository.Pulls.All.First(one => one.Open);
        hub.Repository.Pulls.Review(pull.Number, "CHANGES_REQUESTED", GithubUser.Colleagues[1]);
        var commit = hub.Repository.Git.Push("main", new CommitDraft("HUB-3 count twice") { Changes = [new FileChange("src/Count.cs", "added", 7, 0)] })[^1];
        github.Requests.Clear();

        await hub.Sync();

        var shown = (await hub.List("github-pulls")).Single(one => one.Number("number") == pull.Number);
        shown.Text("review_state").Should().Be("changes_requested");
        shown.Number("commits").Should().BePositive();
        var stored = (await hub.List("github-commits")).Single(one => one.Text("sha") == commit.Sha);
        stored.GetProperty("files")[0].Text("path").Should().Be("src/Count.cs");
        stored.Number("additions").Should().Be(7);
        github.Requests.To("/reviews").Should().ContainSingle("only what changed is asked for");
    }
}
