using FluentAssertions;
using Hub.FakeGithub;
using Hub.Fakes;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>Limits, refusals, moved and lost repositories: what is waited for, what stops, and what is never deleted.</summary>
public sealed class RefusalTests
{
    private static Task<FakeGithubServer> Shop() => FakeGithubServer.Start(
        new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 10, Pulls = 4, Issues = 6, WorkflowRuns = 3 }] });

    [TestCase("secondary with a wait", 60)]
    [TestCase("secondary without one", 60)]
    [TestCase("primary", 300)]
    [TestCase("primary as 429", 300)]
    public async Task A_limit_is_a_visible_wait_and_no_failure(string limit, int seconds)
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        github.Faults.Next($"/repos/{hub.Repository.FullName}/pulls", limit switch
        {
            "secondary with a wait" => Fault.SecondaryLimit(60),
            "secondary without one" => Fault.SecondaryLimit(null),
            "primary" => Fault.PrimaryLimit(300),
            _ => Fault.PrimaryLimit(300, 429),
        });

        var run = await hub.Reach(await hub.Begin(), status => status is "waiting" or "failed");

        run.Text("status").Should().Be("waiting");
        run.GetProperty("wait_until").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow.AddSeconds(seconds), TimeSpan.FromSeconds(50));
        run.Number("processed").Should().BePositive("what was read before stays");
    }

    [Test]
    public async Task What_the_credential_may_not_read_is_said_and_the_rest_is_read()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        github.Faults.Always($"/repos/{hub.Repository.FullName}/actions", Fault.Forbidden());
        github.Faults.Always($"/repos/{hub.Repository.FullName}/issues", Fault.Problem(410, "Issues are disabled for this repo"));
        hub.Repository.Git.Commit("main", "HUB-1 on");

        var run = await hub.Sync("full");

        run.Text("error").Should().Contain("workflow_runs could not be read").And.Contain("issues could not be read").And.Contain("disabled");
        run.Number("deleted").Should().Be(0, "what cannot be read is not gone");
        (await hub.Issues()).Should().HaveCount(6);
        (await hub.Shas()).Should().BeEquivalentTo(hub.Reachable);
    }

    [TestCase("auth")]
    [TestCase("gone")]
    [TestCase("hidden")]
    [TestCase("sso")]
    [TestCase("blocked")]
    public async Task A_lost_repository_stops_the_run_and_deletes_nothing(string how)
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        switch (how)
        {
            case "auth": github.Access.Token = "ghp_AnotherTokenOfTheSamePerson0000000001"; break;
            case "gone": github.Repositories.Delete("acme/shop"); break;
            case "hidden": hub.Repository.Hidden = true; break;
            case "sso": github.Access.SsoRequired = true; break;
            default: github.Faults.Always("", Fault.Problem(451, "Repository access blocked")); break;
        }

        var run = await hub.Sync("full", "failed");

        run.Text("error").Should().Contain(how switch { "auth" => "refused the token", "sso" => "single sign-on", "blocked" => "legal", _ => "no longer shared" });
        (await hub.Issues()).Should().HaveCount(6);
        (await hub.Sql<long>("select count(*) from sync.repository_branches where deleted_at is not null")).Should().Be(0);
    }

    [Test]
    public async Task A_renamed_and_then_transferred_repository_goes_on_and_whoever_takes_its_name_is_not_taken_for_it()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var shop = hub.Repository;
        github.Repositories.Rename("acme/shop", "store");
        github.Repositories.Transfer("acme/store", "umbrella");
        github.Repositories.Create(new RepositorySeed("acme/shop") { Commits = 3, Issues = 9 });
        var commit = shop.Git.Commit("main", "under the new name");

        await hub.Sync();

        (await hub.Sql<string>("select full_name from sync.repositories where current")).Should().Be("umbrella/store");
        (await hub.Shas()).Should().Contain(commit.Sha);
        (await hub.Sql<long>("select count(*) from sync.repositories")).Should().Be(1);
    }

    [Test]
    public async Task Only_documented_addresses_are_needed()
    {
        await using var github = await Shop();
        github.Faults.Always("/repositories", Fault.Problem(404, "Not Found"));
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        var commit = hub.Repository.Git.Commit("main", "once more");

        await hub.Sync("incremental");

        (await hub.Shas()).Should().Contain(commit.Sha).And.BeEquivalentTo(hub.Reachable);
        github.Requests.All.Should().NotContain(request => request.Path.StartsWith("/repositories", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_repository_that_was_renamed_before_it_was_first_read_is_found_by_its_redirect()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        github.Repositories.Rename("acme/shop", "store");

        await hub.Sync();

        (await hub.Sql<string>("select full_name || ' ' || configured_name from sync.repositories where current")).Should().Be("acme/store acme/shop");
    }

    [Test]
    public async Task The_credential_never_goes_to_another_host()
    {
        await using var other = await FakeGithubServer.Start();
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        github.Faults.Next("/repos", Fault.Redirect($"{other.Url}/repos/acme/shop", 301));
        (await hub.Sync("incremental", "failed")).Text("error").Should().Contain("another host");
        github.Lists.LinkOrigin = other.Url;
        hub.Repository.Git.Push("main", [.. Enumerable.Range(0, 120).Select(i => new CommitDraft($"step {i}"))]);

        (await hub.Sync("incremental", "failed")).Text("error").Should().Contain("another host");

        other.Requests.All.Should().BeEmpty();
    }

    [Test]
    public async Task Pages_that_lead_in_a_circle_and_web_pages_instead_of_data_end_the_run()
    {
        await using var github = await Shop();
        await using var hub = await GithubHub.Start(github);
        hub.Repository.Git.Push("main", [.. Enumerable.Range(0, 220).Select(i => new CommitDraft($"step {i}"))]);
        github.Lists.LinkLoops = true;
        (await hub.Sync("incremental", "failed")).Text("error").Should().Contain("circle");
        github.Lists.LinkLoops = false;
        github.Faults.Next("", Fault.Html203);

        (await hub.Sync("incremental", "failed")).Text("error").Should().Contain("web page instead of data");
    }
}
