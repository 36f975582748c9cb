using System.Text.Json;
using FluentAssertions;
using Hub.FakeGithub;
using Hub.FakeJira;
using Hub.Integrations.Contracts;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.TestHarness;
using Issue = Hub.Sync.Github.Issues.GithubIssue;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.Github;

/// <summary>How what was read is shown: pages, filters, links with tickets, and to whom.</summary>
public sealed class ReadingTests
{
    [Test]
    public async Task Lists_page_without_gap_or_repetition_and_a_cursor_fits_its_own_filter_only()
    {
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 40, Pulls = 20, Issues = 1, WorkflowRuns = 8 }] });
        await using var hub = await GithubHub.Start(github);
        await hub.Sync();

        foreach (var list in new[] { "github-commits", "github-pulls", "github-branches", "github-releases", "github-workflow-runs" })
        {
            var whole = (await hub.List(list)).Select(item => item.GetRawText()).ToList();
            (await hub.List(list, limit: 3)).Select(item => item.GetRawText()).Should().Equal(whole, list).And.NotBeEmpty();
        }

        var commits = await hub.List("github-commits");
        commits.Select(commit => commit.GetProperty("committed_at").GetDateTimeOffset()).Should().BeInDescendingOrder();
        var since = commits[10].GetProperty("committed_at").GetString();
        (await hub.List("github-commits", $"since={since}")).Should().HaveCountLessThan(commits.Count).And.HaveCountGreaterThanOrEqualTo(11);
        var cursor = (await hub.Http.Get($"projects/{hub.Project}/github-commits?limit=2")).Expect(200).Text("next_cursor");
        (await hub.Http.Get($"projects/{hub.Project}/github-commits?limit=2&since={since}&cursor={cursor}")).Status.Should().Be(400);
        (await hub.Http.Get($"projects/{hub.Project}/github-pulls?state=broken")).Status.Should().Be(400);
        (await hub.Http.Get($"projects/{hub.Project + 1000}/github-pulls")).Status.Should().Be(404);
        var bare = await hub.Hub.CreateProject("Bare");
        (await hub.Http.Get($"projects/{bare}/github-commits")).Expect(409).Text("code").Should().Be("not_configured");
        (await hub.Http.Post($"projects/{bare}/github-sync", new { sync_type = "full" })).Expect(409).Text("code").Should().Be("not_configured");
        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        foreach (var table in new[] { "repositories", "repository_branches", "commits", "pull_requests", "pull_request_reviews", "releases", "workflow_runs", "tree_entries", "http_cache", "github_states", "tickets" })
            (await hub.Sql<long>($"select count(*) from sync.{table}")).Should().Be(0, table);
    }

    [Test]
    public async Task Commits_branches_and_pull_requests_are_linked_with_the_tickets_that_they_name()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 30 });
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions { Repositories = [new("acme/shop") { Commits = 5, Pulls = 0, Issues = 0, Releases = 0, WorkflowRuns = 0, JiraProjects = [] }] });
        await using var hub = await GithubHub.Start(github);
        (await hub.Http.Post($"projects/{hub.Project}/jira-config", new { jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = "HUB" })).Expect(201);
        var run = (await hub.Http.Post($"projects/{hub.Project}/jira-sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetGuid();
        await hub.End(run, "completed");
        var git = hub.Repository.Git;
        git.CreateBranch("feature/hub-2-cart", "main");
        var commit = git.Push("feature/hub-2-cart", new CommitDraft("HUB-2 and UTF-8, but not NOPE-9"))[^1];
        var pull = hub.Repository.Pulls.Open("[HUB-1] Cart", "feature/hub-2-cart");
        await hub.Sync();

        var tickets = (await hub.Http.Get($"projects/{hub.Project}/jira-tickets?limit=200")).Expect(200).GetProperty("items").EnumerateArray().ToDictionary(ticket => ticket.Text("key"), ticket => ticket.Number("id"));
        var links = (await hub.Http.Get($"tickets/{tickets["HUB-2"]}/links")).Expect(200);
        links.GetProperty("commits").EnumerateArray().Select(one => one.Text("sha")).Should().Equal(commit.Sha);
        links.GetProperty("branches").EnumerateArray().Select(one => one.Text("name")).Should().Equal("feature/hub-2-cart");
        links.GetProperty("pulls").EnumerateArray().Select(one => one.Number("number")).Should().Equal(pull.Number);
        (await hub.Http.Get($"tickets/{tickets["HUB-3"]}/links")).Expect(200).GetProperty("commits").GetArrayLength().Should().Be(0);
        var shown = (await hub.List("github-pulls")).Single();
        shown.GetProperty("tickets").EnumerateArray().Select(ticket => (ticket.Number("id"), ticket.Text("key"))).Should().BeEquivalentTo([(tickets["HUB-1"], "HUB-1"), (tickets["HUB-2"], "HUB-2")]);
        (await hub.List("github-commits")).Single(one => one.Text("sha") == commit.Sha).GetProperty("tickets").GetArrayLength().Should().Be(1);
        // A ticket of a foreign project with the same key is not linked.
        await hub.Sql<long>("update sync.tickets set scope_id = 1, scope_path = '{1}' where key = 'HUB-1' returning id");
        (await hub.List("github-pulls")).Single().GetProperty("tickets").GetArrayLength().Should().Be(1);
        (await hub.Http.Get($"tickets/{tickets["HUB-1"]}/links")).Expect(200).GetProperty("pulls").GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task An_apps_installation_reads_the_repository_that_its_settings_name()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        await using var github = await FakeGithubServer.Start(new FakeGithubOptions
        {
            Repositories = [new("acme/shop") { Commits = 5, Pulls = 2, Issues = 3 }], AppPublicKey = key.ExportSubjectPublicKeyInfoPem(),
        });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        async Task<long> Make(string name, object settings) => (await hub.Http.Post("integrations", new { scope_id = project, name, integration_type = "github_app", configuration = settings })).Expect(201).Number("id");
        var pem = key.ExportRSAPrivateKeyPem();
        var installation = github.Options.InstallationId;
        var app = await Make("App", new { base_url = github.Url, client_id = github.Options.ClientId, private_key = pem, installation_id = installation, repository = "acme/shop" });
        var none = await Make("Without", new { base_url = github.Url, client_id = github.Options.ClientId, private_key = pem, installation_id = installation });

        async Task<JsonElement> Run(long integration)
        {
            var run = (await hub.Http.Post($"integrations/{integration}/sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetGuid();
            return await HubFixture.Eventually(async () => (await hub.Http.Get($"sync-runs/{run}")).Expect(200), now => now.Text("status") is "completed" or "failed", "the run ends");
        }

        (await Run(app)).Text("status").Should().Be("completed");
        (await Run(none)).Text("error").Should().Contain("No repository is set");
        (await hub.Http.Get($"projects/{project}/github-pulls")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);
    }

    [Test]
    public async Task Twenty_one_recorded_pages_are_followed_as_they_are_linked()
    {
        using var recorded = new RecordedServer("AppTest/testListIssues");
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var connection = new Connection(
            new IntegrationInfo(1, 1, [1], "Recorded", "github_repos", "code_repository", true, "active", "unknown", 1),
            new Dictionary<string, JsonElement> { ["base_url"] = JsonSerializer.SerializeToElement(recorded.Url) }, new Dictionary<string, string>(), [], default);
        var api = new GithubApi(connection, hub.Services.GetRequiredService<GithubGateway>());

        var issues = await api.All("/repos/hub4j/github-api/issues?state=closed", CancellationToken.None);

        issues.Should().HaveCount(606);
        recorded.Asked.Should().HaveCount(21);
        var repo = new Repo { IntegrationId = 1, ScopePath = [1], RepositoryId = 617210, FullName = "hub4j/github-api", DefaultBranch = "main", CanPush = false };
        issues.Count(issue => !Issue.IsPull(issue) && Issue.Read(issue, repo) is not null).Should().Be(issues.Count(issue => !issue.TryGetProperty("pull_request", out _))).And.BePositive();
    }
}
