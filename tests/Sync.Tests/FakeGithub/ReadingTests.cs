using System.Net;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.FakeGithub;

/// <summary>The fake lists, pages and compares as GitHub does.</summary>
public sealed class ReadingTests
{
    private const string Repo = "/repos/acme/shop";

    private readonly FakeTime time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private FakeGithubServer github = null!;
    private GithubCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        github = await FakeGithubServer.Start(new FakeGithubOptions { Clock = time });
        caller = new GithubCaller(github);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await github.DisposeAsync();
    }

    [Test]
    public async Task Pages_lead_to_each_other_by_the_repository_s_number_and_hold_everything_once()
    {
        var first = await caller.Get($"{Repo}/commits?per_page=25");
        first.Items.Should().HaveCount(25);
        first.Link("next").Should().Be($"{github.Url}/repositories/{github.Repository.Id}/commits?per_page=25&page=2");
        first.Link("last").Should().EndWith("page=3");
        (await caller.All($"{Repo}/commits?per_page=25")).Select(c => c.Text("sha")).Should()
            .Equal(github.Repository.Git.Log("main").Select(c => c.Sha)).And.HaveCount(58);
        (await caller.Get($"{Repo}/commits?per_page=1000")).Headers.Should().NotContainKey("Link", "58 commits fit a page of 100");
    }

    [Test]
    public async Task Issues_contain_pull_requests_and_since_takes_what_was_updated_then_or_later()
    {
        var all = await caller.All($"{Repo}/issues?state=all&sort=updated&direction=asc&per_page=7");
        all.Select(i => i.GetProperty("updated_at").GetDateTimeOffset()).Should().HaveCount(24).And.BeInAscendingOrder();
        all.Count(i => i.TryGetProperty("pull_request", out _)).Should().Be(12);
        var from = all[10].Text("updated_at");
        (await caller.All($"{Repo}/issues?state=all&since={from}")).Should().HaveCount(14);
    }

    [Test]
    public async Task A_cursor_loses_nothing_when_things_move_and_page_numbers_do()
    {
        async Task<int> Read(bool cursors)
        {
            (github.Lists.Cursors, github.Lists.BeforePage) = (cursors, (_, page) =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                if (page == 2) github.Repository.Issues.Update(github.Repository.Issues.All.MinBy(i => i.Updated)!.Number, i => i with { Body = "Moved" });
            });
            return (await caller.All($"{Repo}/issues?state=all&sort=updated&direction=asc&per_page=5"))
                .DistinctBy(i => i.GetProperty("number").GetInt64()).Count();
        }

        (await Read(cursors: true)).Should().Be(24);
        (await Read(cursors: false)).Should().Be(23, "what moved to the end made room for one that was skipped");
    }

    [Test]
    public async Task A_comparison_knows_ahead_behind_and_a_base_that_was_force_pushed_away()
    {
        var git = github.Repository.Git;
        var old = git.Branch("main")!.Sha;
        git.Push("main", new CommitDraft("HUB-1 One"), new CommitDraft("HUB-2 Two"));
        var ahead = (await caller.Get($"{Repo}/compare/{old}...main")).Json;
        (ahead.Text("status"), ahead.Number("ahead_by"), ahead.GetProperty("commits")[0].GetProperty("commit").Text("message")).Should()
            .Be(("ahead", 2, "HUB-1 One"));
        git.Rewrite("main", 1, new CommitDraft("HUB-2 Two, again"));
        var lost = git.Log("main")[1].Sha;
        (await caller.Get($"{Repo}/compare/{lost}...main")).Json.Text("status").Should().Be("ahead");
        git.ForcePush("main", old);
        (await caller.Get($"{Repo}/compare/{lost}...main")).Json.Text("status").Should().Be("behind");
        (await caller.Get($"{Repo}/compare/{new string('a', 40)}...main")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task A_tree_recurses_for_any_value_and_is_cut_beyond_its_limit()
    {
        var flat = (await caller.Get($"{Repo}/git/trees/main")).Json.GetProperty("tree").EnumerateArray().ToList();
        flat.Should().NotContain(e => e.Text("path").Contains('/'));
        var whole = (await caller.Get($"{Repo}/git/trees/main?recursive=false")).Json;
        whole.GetProperty("truncated").GetBoolean().Should().BeFalse();
        whole.GetProperty("tree").EnumerateArray().Select(e => e.Text("path")).Should()
            .Contain([".github/workflows/ci.yml", "Dockerfile", "docs/architecture.md"]);
        github.Lists.TreeLimit = 10;
        (await caller.Get($"{Repo}/git/trees/main?recursive=1")).Json.GetProperty("truncated").GetBoolean().Should().BeTrue();
        var source = flat.Single(e => e.Text("path") == "src").Text("sha");
        (await caller.Get($"{Repo}/git/trees/{source}")).Json.GetProperty("tree").EnumerateArray().Select(e => e.Text("path")).Should()
            .Equal("Shop.Api", "Shop.Domain", "Shop.Infrastructure", "web");
    }

    [Test]
    public async Task A_renamed_or_transferred_repository_is_found_by_its_number_and_a_deleted_one_nowhere()
    {
        var id = github.Repository.Id;
        github.Repositories.Rename("acme/shop", "store");
        var moved = await caller.Get($"{Repo}/issues?state=all");
        moved.Status.Should().Be(HttpStatusCode.MovedPermanently);
        moved.Headers["Location"].Should().Be($"{github.Url}/repositories/{id}/issues?state=all");
        github.Repositories.Transfer("acme/store", "umbrella");
        (await caller.Get($"/repositories/{id}")).Json.Text("full_name").Should().Be("umbrella/store");
        (await caller.Post($"{Repo}/hooks", new { })).Status.Should().Be(HttpStatusCode.TemporaryRedirect, "a 301 would turn the call into a GET");
        github.Repositories.Delete("umbrella/store");
        (await caller.Get($"/repositories/{id}")).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Get(Repo)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task An_empty_repository_has_no_commits_to_list()
    {
        github.Repositories.Create(RepositorySeed.Empty("acme/new"));
        (await caller.Get("/repos/acme/new/commits")).Status.Should().Be(HttpStatusCode.Conflict);
        (await caller.Get("/repos/acme/new/languages")).Json.EnumerateObject().Should().BeEmpty();
        github.Repositories["acme/new"].Git.Commit("main", "HUB-1 Begin");
        (await caller.Get("/repos/acme/new/commits")).Items.Should().HaveCount(1);
    }
}
