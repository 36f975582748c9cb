using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>What an event shows whole is here at once, without a call to GitHub.</summary>
public sealed class AppliedEventTests
{
    [Test]
    public async Task What_events_show_whole_is_here_without_a_call()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions
        {
            Repositories = [RepositorySeed.Empty("acme/shop") with { Commits = 5, Pulls = 3, Issues = 3, WorkflowRuns = 2, Releases = 2 }],
        });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();
        github.Requests.Clear();
        var shop = hub.Repository;
        shop.Hooks.Create(
            new Uri(hub.Hub.Url, await hub.Hub.Address(hub.Integration)).ToString(), "github-hub-hook-secret",
            "pull_request", "pull_request_review", "issues", "issue_comment", "release", "workflow_run", "repository");

        shop.Git.CreateBranch("price", "main");
        shop.Git.Commit("price", "Show the price");
        var pull = shop.Pulls.Open("HUB-7 Show the price", "price");
        var issue = shop.Issues.Open("The price is wrong");
        shop.Issues.Close(shop.Issues.All[0].Number);
        shop.Issues.Delete(shop.Issues.All[1].Number);
        var release = shop.Releases.Create("v9.0.0", draft => draft with { Draft = true });
        shop.Releases.Publish(release.Id);
        var run = shop.Runs.Add("main");
        shop.Archive();
        shop.Pulls.Close(pull.Number);

        await HubFixture.Eventually(
            () => hub.List("github-pulls"), pulls => pulls.Any(one => one.Number("number") == pull.Number && one.Text("state") == "closed"),
            "the closed pull request is shown");
        await github.Webhooks.Idle();
        await HubFixture.Eventually(
            () => hub.Sql<long>("select count(*) from webhooks.inbox_events where status in ('pending', 'processing', 'failed')"), left => left == 0,
            "all is applied");
        (await hub.Issues("status=open")).Should().Contain(one => one.Text("key") == $"acme/shop#{issue.Number}");
        (await hub.Issues("deleted=true")).Should().Contain(one => one.GetProperty("deleted_at").ValueKind != JsonValueKind.Null);
        (await hub.List("github-releases")).Should().Contain(one => one.Text("tag") == "v9.0.0" && !one.GetProperty("draft").GetBoolean());
        (await hub.List("github-workflow-runs")).Should().Contain(one => one.Number("run_number") == run.Number);
        (await hub.Sql<bool>("select archived from sync.repositories where current")).Should().BeTrue();
        hub.Heard.Events.Should().Contain([$"pull_request.opened {pull.Number}", $"pull_request.closed {pull.Number}", "release.published v9.0.0"]);
        github.Requests.All.Where(request => request.Method == "GET").Should().BeEmpty("the events told all");

        (await hub.Sync(streams: ["repository", "pulls", "issues", "releases", "workflow_runs"])).Counts()
            .Should().Match<(long Created, long Updated, long, long Deleted)>(counts => counts.Created == 0 && counts.Updated == 0 && counts.Deleted == 0);
        (await hub.Sql<long>("select count(*) from sync.wanted_reads where wanted_at > now()")).Should().BeLessThanOrEqualTo(1, "one later run for all of them");
    }

    [Test]
    public async Task Recorded_deliveries_end_the_same_in_every_order_and_twice()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [RepositorySeed.Empty("acme/shop") with { Commits = 1 }] });
        await using var hub = await GithubHub.Start(github, setup => setup.Settings["Hub:Sync:EventReadMinutes"] = "0");
        await hub.Sync();
        var address = await hub.Hub.Address(hub.Integration);
        var deliveries = Life(hub.Repository.Id);
        string? ending = null;
        foreach (var order in new[] { deliveries, [.. deliveries.Reverse()], [.. deliveries.Concat(deliveries).OrderBy(one => one.Body.Length % 13)] })
        {
            await hub.Sql<int>("truncate sync.pull_requests, sync.pull_request_reviews, sync.tickets, sync.releases, sync.workflow_runs cascade; select 0");
            foreach (var (name, body) in order)
                (await hub.Hub.Ended(await hub.Hub.DeliverGithub(address, name, body))).Text("status").Should().Be("processed", name);
            var now = await Ending(hub);
            (ending ??= now).Should().Be(now);
        }

        ending.Should().Contain("closed").And.Contain("dismissed").And.Contain("0.0.1").And.Contain("completed");
        (await hub.List("github-pulls", "state=closed")).Should().ContainSingle();
        (await hub.List("github-releases")).Should().BeEmpty("a release that was deleted stays so");
    }

    [Test]
    public async Task Two_hubs_that_apply_the_same_deliveries_at_once_end_as_one_does()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [RepositorySeed.Empty("acme/shop") with { Commits = 1 }] });
        await using var hub = await GithubHub.Start(github, setup => setup.Settings["Hub:Sync:EventReadMinutes"] = "0");
        await hub.Sync();
        await using var other = await HubFixture.Start(setup => setup.ConnectionString = hub.Hub.ConnectionString);
        var address = await hub.Hub.Address(hub.Integration);
        var life = Life(hub.Repository.Id);
        var ids = await Task.WhenAll(life.Concat(life.Reverse()).Select((one, i) => (i % 2 == 0 ? hub.Hub : other).DeliverGithub(address, one.Name, one.Body)));
        foreach (var id in ids)
            await HubFixture.Eventually(
                async () => (await hub.Http.Get($"webhooks/events/{id}")).Expect(200).Text("status"), status => status == "processed", "it is applied");
        (await Ending(hub)).Should().Contain("closed").And.Contain("dismissed").And.Contain("0.0.1true").And.Contain("completed");
        (await hub.Sql<long>("select count(*) from sync.pull_requests")).Should().Be(1);
        hub.Heard.Events.Count(told => told == "pull_request.closed 2").Should().BeLessThanOrEqualTo(1, "nothing is told twice");
    }

    [Test]
    public async Task An_installation_that_is_suspended_or_loses_the_repository_turns_the_health_red()
    {
        await using var github = await FakeGithubServer.Start();
        await using var hub = await GithubHub.Start(github);
        var integration = (await hub.Http.Post("integrations", new
        {
            scope_id = hub.Project, name = "App", integration_type = "github_app",
            configuration = new
            {
                base_url = github.Url, client_id = $"{github.Options.AppId}", private_key = github.AppPrivateKey, installation_id = 16598467,
                repository = "octocat/Hello-World", webhook_secret = "github-hub-hook-secret",
            },
        })).Expect(201).Number("id");
        var address = await hub.Hub.Address(integration);
        var other = await hub.Hub.DeliverGithub(address, "installation", Fixtures.Text("github/webhooks/installation/00-deleted.json"));
        (await hub.Hub.Ended(other)).Text("status").Should().Be("ignored", "it is another installation");
        (await Health()).Text("health_status").Should().Be("unknown");
        var suspended = await hub.Hub.DeliverGithub(address, "installation", Fixtures.Text("github/webhooks/installation/05-suspend.json"));
        (await hub.Hub.Ended(suspended)).Effects().Should().ContainSingle().Which.Should().Contain("suspended");
        var red = await Health();
        (red.Text("health_status"), red.Text("reason")).Should().Be(("error", "auth"));
        var back = await hub.Hub.DeliverGithub(address, "installation", Fixtures.Text("github/webhooks/installation/06-unsuspend.json"));
        (await hub.Hub.Ended(back)).Effects().Should().ContainSingle().Which.Should().Contain("incremental run");
        var removed = Fixtures.Text("github/webhooks/installation_repositories/02-removed.json");
        removed = removed.Replace("\"id\": 2,", "\"id\": 16598467,", StringComparison.Ordinal);
        (await hub.Hub.Ended(await hub.Hub.DeliverGithub(address, "installation_repositories", removed))).Effects()
            .Should().ContainSingle().Which.Should().Contain("octocat/Hello-World");

        async Task<JsonElement> Health() => (await hub.Http.Get($"integrations/{integration}/health")).Expect(200);
    }

    [Test]
    public async Task A_repository_that_an_installation_is_given_appears()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [RepositorySeed.Empty("acme/shop") with { Commits = 3 }] });
        await using var hub = await GithubHub.Start(github);
        var project = await hub.Hub.CreateProject("Of the app");
        var integration = (await hub.Http.Post("integrations", new
        {
            scope_id = project, name = "App", integration_type = "github_app",
            configuration = new
            {
                base_url = github.Url, client_id = $"{github.Options.AppId}", private_key = github.AppPrivateKey, installation_id = github.Options.InstallationId,
                repository = "acme/shop", webhook_secret = "github-hub-hook-secret",
            },
        })).Expect(201).Number("id");
        var added = Fixtures.Text("github/webhooks/installation_repositories/00-added.json")
            .Replace("957387", $"{github.Options.InstallationId}", StringComparison.Ordinal);
        var address = await hub.Hub.Address(integration);
        foreach (var (body, effects) in new[]
        {
            (added, 0), (added.Replace("Codertocat/Space", "Acme/Shop", StringComparison.Ordinal), 1),
        })
            (await hub.Hub.Ended(await hub.Hub.DeliverGithub(address, "installation_repositories", body))).Effects().Should().HaveCount(effects);
        await HubFixture.Eventually(
            async () => (await hub.Http.Get($"projects/{project}/github-commits")).Expect(200).GetProperty("items").GetArrayLength(),
            commits => commits == 3, "its commits are here");
    }

    /// <summary>Recorded deliveries in the order in which they happened.</summary>
    private static (string Name, string Body)[] Life(long repository)
    {
        string[] kinds =
        [
            "pull_request/00-opened", "pull_request/09-labeled", "pull_request_review/03-submitted", "pull_request_review/01-dismissed", "pull_request/03-closed",
            "issues/15-opened", "issues/27-unlocked", "issue_comment/01-created", "release/00-published", "release/04-deleted", "workflow_run/03-requested",
            "workflow_run/01-completed", "pull_request_review_comment/00-created",
        ];
        return [.. kinds.Select(kind => (kind.Split('/')[0], Ours(kind, repository)))];
    }

    private static async Task<string> Ending(GithubHub hub) => string.Join('\n',
        await hub.Sql<string>("select string_agg(number || title || state || array_to_string(labels, ',') || remote_updated_at, ';') from sync.pull_requests"),
        await hub.Sql<string>("select string_agg(external_id || state, ';' order by external_id) from sync.pull_request_reviews"),
        await hub.Sql<string>("select string_agg(key || summary || status || remote_updated_at, ';' order by key) from sync.tickets"),
        await hub.Sql<string>("select string_agg(tag || (deleted_at is not null), ';') from sync.releases"),
        await hub.Sql<string>("select string_agg(external_id || status || conclusion, ';') from sync.workflow_runs"));

    /// <summary>A recorded delivery as if it were of this repository.</summary>
    private static string Ours(string kind, long repository)
    {
        var body = JsonNode.Parse(Fixtures.Text($"github/webhooks/{kind}.json"))!;
        body["repository"]!["id"] = repository;
        return body.ToJsonString();
    }
}
