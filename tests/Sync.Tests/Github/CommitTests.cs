using FluentAssertions;
using Hub.FakeGithub;
using Hub.Fakes;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>Commits of all branches, whatever is done to the branches and whenever the commits were made.</summary>
public sealed class CommitTests
{
    private static Task<FakeGithubServer> Shop(int commits = 20) =>
        FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = commits, Pulls = 3, Issues = 0, Releases = 0, WorkflowRuns = 0 }] });

    [Test]
    public async Task Old_commits_that_are_pushed_late_and_commits_of_new_branches_are_found_and_told()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var git = hub.Repository.Git;
        var old = git.Push("main", new CommitDraft("PAY-9 written long ago") { AuthorDate = DateTimeOffset.UtcNow.AddYears(-2), CommitterDate = DateTimeOffset.UtcNow.AddYears(-1) })[^1];
        git.CreateBranch("feature/hub-7-new", "main");
        var feature = git.Push("feature/hub-7-new", new CommitDraft("start") { NoAccount = true })[^1];

        var run = await hub.Sync();

        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable);
        run.Number("failed").Should().Be(0);
        hub.Heard.Events.Where(told => told.StartsWith("commit", StringComparison.Ordinal)).Should().BeEquivalentTo($"commit.created {old.Sha}", $"commit.created {feature.Sha}");
        var shown = (await hub.List("github-commits")).ToDictionary(commit => commit.Text("sha"));
        shown[old.Sha].GetProperty("on_default_branch").GetBoolean().Should().BeTrue();
        shown[feature.Sha].GetProperty("on_default_branch").GetBoolean().Should().BeFalse();
    }

    [Test]
    public async Task More_commits_than_a_page_come_by_comparison_and_merged_ones_reach_the_default_branch()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var git = hub.Repository.Git;
        git.CreateBranch("big", "main");
        git.Push("big", [.. Enumerable.Range(0, 230).Select(i => new CommitDraft($"step {i}"))]);
        await hub.Sync();
        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable);
        var pull = hub.Repository.Pulls.Open("All of it", "big");
        hub.Repository.Pulls.Merge(pull.Number, deleteBranch: true);
        github.Requests.Clear();

        await hub.Sync();

        var main = git.Log("main").Select(commit => commit.Sha);
        (await hub.List("github-commits")).Where(commit => commit.GetProperty("on_default_branch").GetBoolean()).Select(commit => commit.Text("sha")).Should().BeEquivalentTo(main);
        github.Requests.To("/commits").Where(request => request.Query.Contains("sha=")).Should().BeEmpty("a comparison is enough");
        (await hub.List("github-branches")).Select(branch => branch.Text("name")).Should().NotContain("big");
    }

    [Test]
    public async Task A_force_push_leaves_what_it_dropped_but_not_as_part_of_the_default_branch()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var dropped = hub.Repository.Git.Log("main")[0].Sha;
        hub.Repository.Git.Rewrite("main", 2, new CommitDraft("better"), new CommitDraft("much better"));

        await hub.Sync();

        var shown = await hub.List("github-commits");
        shown.Select(commit => commit.Text("sha")).Should().Contain(hub.Reachable);
        shown.Where(commit => commit.GetProperty("on_default_branch").GetBoolean()).Select(commit => commit.Text("sha"))
            .Should().BeEquivalentTo(hub.Repository.Git.Log("main").Select(commit => commit.Sha)).And.NotContain(dropped);
    }

    [Test]
    public async Task A_base_that_github_no_longer_knows_and_histories_without_a_common_beginning_are_listed_from_their_heads()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var git = hub.Repository.Git;
        await hub.Sql<long>("update sync.repository_branches set walked_sha = repeat('0', 40) where name = 'main' returning id");
        git.Commit("main", "after the gap");
        var root = git.Loose(null, new CommitDraft("pages begin"));
        git.CreateBranch("gh-pages", root.Sha);

        await hub.Sync();

        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable);
    }

    [Test]
    public async Task A_branch_that_is_gone_is_no_longer_listed_and_comes_back_when_it_does()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        hub.Repository.Git.CreateBranch("short-lived", "main");
        await hub.Sync();
        hub.Repository.Git.DeleteBranch("short-lived");

        (await hub.Sync()).Number("deleted").Should().Be(1);

        await HubFixture.Eventually(() => Told(hub, "short-lived"), told => told == "branch created, branch deleted", "both changes are shown");
        (await hub.List("github-branches")).Select(branch => branch.Text("name")).Should().NotContain("short-lived");
        hub.Repository.Git.CreateBranch("short-lived", "main");
        await hub.Sync();
        (await hub.List("github-branches")).Select(branch => branch.Text("name")).Should().Contain("short-lived");
    }

    [Test]
    public async Task Another_default_branch_is_what_counts_from_then_on()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        var git = hub.Repository.Git;
        git.CreateBranch("develop", "main");
        git.Commit("develop", "on develop");
        await hub.Sync();
        hub.Repository.DefaultBranch = "develop";

        await hub.Sync();

        (await hub.List("github-commits")).Where(commit => commit.GetProperty("on_default_branch").GetBoolean()).Select(commit => commit.Text("sha"))
            .Should().BeEquivalentTo(git.Log("develop").Select(commit => commit.Sha));
    }

    [Test]
    public async Task A_run_that_is_cut_off_again_and_again_loses_no_commit()
    {
        await using var github = await Shop(450);
        await using var hub = await GithubHub.Start(github);
        github.Faults.Next("/repos", Fault.Reset);
        foreach (var fault in new[] { Fault.CutJson, Fault.Drop, Fault.Problem(502), Fault.Html(503) })
            github.Faults.Next($"/repos/{hub.Repository.FullName}/commits", fault);

        await hub.Sync();

        github.Faults.Served.Should().Be(5);
        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable).And.OnlyHaveUniqueItems();
    }

    /// <summary>The changes of the feed under a key, oldest first.</summary>
    private static async Task<string> Told(GithubHub hub, string key) => string.Join(", ",
        (await hub.Http.Get($"changes?project_id={hub.Project}&limit=200")).Expect(200).GetProperty("items").EnumerateArray()
            .Where(change => change.Text("key") == key).Select(change => $"{change.Text("record_type")} {change.Text("change")}"));
}
