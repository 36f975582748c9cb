using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.Sync.Forges;
using Hub.Sync.Github.Streams;
using Hub.Sync.Tests.Github;
using Hub.TestHarness;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Hub.Sync.Tests;

/// <summary>What GitLab and Azure DevOps tell by webhooks is shown with the project, and to nobody outside.</summary>
public sealed class ForgeEventTests
{
    private const string Token = "a-token-of-the-tests";

    [Test]
    public async Task Recorded_deliveries_of_GitLab_become_tickets_merge_requests_and_commits()
    {
        var heard = new RepositoryHeard();
        await using var hub = await Hub(heard);
        var (project, address) = await Gitlab(hub, "https://gitlab.example.com");
        // The recorded ones speak of three projects; here they are of one.
        var (push, merge, issue) = (Ours("push-event"), Ours("merge-request-event"), Ours("issue-event"));
        foreach (var body in new[] { push, merge, issue, push, merge, issue })
            (await Deliver(hub, address, body)).Text("status").Should().Be("processed");

        var pull = (await List(hub, project, "github-pulls")).Should().ContainSingle().Subject;
        (pull.Number("number"), pull.Text("title"), pull.Text("state"), pull.Text("head_ref"), pull.Text("base_ref"))
            .Should().Be((1, "MS-Viewport", "open", "ms-viewport", "master"));
        pull.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).Should().Equal("API");
        var commits = await List(hub, project, "github-commits");
        commits.Should().HaveCount(2).And.OnlyContain(commit => commit.GetProperty("on_default_branch").GetBoolean());
        var ticket = (await hub.Http.Get($"tickets?project_id={project}")).Expect(200).GetProperty("items").EnumerateArray().Should().ContainSingle().Subject;
        (ticket.Text("provider"), ticket.Text("key"), ticket.Text("status"), ticket.Text("assignee"))
            .Should().Be(("gitlab", "gitlabhq/gitlab-test#23", "open", "user1"));
        heard.Events.Should().Equal(
            commits.OrderBy(commit => commit.Number("id")).Select(commit => $"commit.created {commit.Text("sha")}").Append("pull_request.opened 1"),
            "twice is once");

        var merged = Changed(merge, record => (record["state"], record["action"], record["updated_at"]) = ("merged", "merge", "2026-11-28 10:00:00 UTC"));
        (await Deliver(hub, address, merged)).Effects().Should().Equal("pull request 1 updated");
        (await Deliver(hub, address, merge)).Effects().Should().ContainSingle().Which.Should().Contain("stale");
        (await List(hub, project, "github-pulls?state=merged")).Should().ContainSingle();
        var pipeline = await Deliver(hub, address, Recorded("pipeline-event"));
        pipeline.Text("status").Should().Be("ignored", "nothing is kept of pipelines");

        var elsewhere = Ours("push-event").Replace("gitlabhq/gitlab-test", "other/thing", StringComparison.Ordinal)
            .Replace("\"id\":14", "\"id\":16", StringComparison.Ordinal);
        (await Deliver(hub, address, elsewhere)).Text("status").Should().Be("processed");
        (await List(hub, project, "github-commits?repository=other/thing")).Should().HaveCount(2);
        (await hub.Http.Get($"projects/{project}/github-analysis")).Status.Should().Be(409, "of what webhooks tell no analysis is made");

        var stranger = await hub.ClientWith("admin", await hub.CreateScope("tenant", "Other"));
        (await stranger.Get($"projects/{project}/github-pulls")).Status.Should().Be(404);
        (await stranger.Get("tickets")).Expect(200).GetProperty("items").EnumerateArray().Should().BeEmpty();
    }

    [Test]
    public async Task Two_repositories_may_be_told_of_first_at_the_same_moment()
    {
        await using var hub = await Hub();
        await Gitlab(hub, "https://gitlab.example.com");
        await using var watch = NpgsqlDataSource.Create(hub.ConnectionString);
        var integration = (long)await Ask("select id from integrations.integrations");
        await using var scope = hub.Services.CreateAsyncScope();
        await using var first = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        await Note(scope, 1);
        var second = Task.Run(async () =>
        {
            await using var other = hub.Services.CreateAsyncScope();
            await using var tx = await other.ServiceProvider.GetRequiredService<Db>().Begin(default);
            await Note(other, 2);
            await tx.Commit(default);
        });
        while (!second.IsCompleted && (long)await Ask("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0)
        {
        }

        await first.Commit(default);
        await second;
        (await Ask("select string_agg(repository_id || case when current then ' current' else '' end, ', ' order by repository_id) from sync.repositories"))
            .Should().Be("1 current, 2");

        Task<Repo?> Note(AsyncServiceScope unit, long id) => unit.ServiceProvider.GetRequiredService<ForgeRepositories>()
            .Note(integration, [1, 2], "gitlab", new ForgeRepository(id, $"acme/{id}"), default);

        async Task<object> Ask(string sql)
        {
            await using var command = watch.CreateCommand(sql);
            return (await command.ExecuteScalarAsync())!;
        }
    }

    [Test]
    public async Task A_comment_shows_the_merge_request_or_issue_that_it_is_on()
    {
        await using var hub = await Hub();
        var (project, address) = await Gitlab(hub, "https://gitlab.example.com");
        (await Deliver(hub, address, Recorded("comment-merge-request-event"))).Effects().Should().Equal("pull request 1 created");
        (await Deliver(hub, address, Recorded("comment-issue-event"))).Effects().Should().ContainSingle().Which.Should().MatchRegex("^ticket [0-9]+ created$");
        var pull = (await List(hub, project, "github-pulls")).Should().ContainSingle().Subject;
        (pull.Text("title"), pull.Text("head_ref"), pull.GetProperty("author").ValueKind)
            .Should().Be(("Tempora et eos debitis quae laborum et.", "master", JsonValueKind.Null), "who comments is not the author");
        var ticket = (await hub.Http.Get($"tickets?project_id={project}")).Expect(200).GetProperty("items").EnumerateArray().Single();
        (ticket.Text("key"), ticket.Text("status"), ticket.Text("summary")).Should().Be(("gitlab-org/gitlab-test#17", "closed", "test"));
        (await Deliver(hub, address, Recorded("comment-commit-event"))).Text("status").Should().Be("ignored");
    }

    [Test]
    public async Task An_event_of_a_project_that_the_integration_leaves_out_says_so()
    {
        await using var hub = await Hub();
        var (project, address) = await Gitlab(hub, "https://gitlab.example.com", only: "GitLabHQ/GitLab-Test");
        foreach (var name in new[] { "comment-merge-request-event", "system-merge-request-event" })
            (await Deliver(hub, address, Recorded(name))).Effects().Should().ContainSingle()
                .Which.Should().Match("left out: * is not the repository of this integration (GitLabHQ/GitLab-Test)", name);
        (await Deliver(hub, address, Recorded("pipeline-event"))).Text("status").Should().Be("ignored");
        (await List(hub, project, "github-pulls")).Should().BeEmpty();
        (await Deliver(hub, address, Recorded("merge-request-event"))).Effects().Should().Equal("pull request 1 created");
    }

    [Test]
    public async Task What_GitLab_tells_too_little_of_is_read_from_it_and_asked_for_again()
    {
        await using var gitlab = await FakeGitlab.Start();
        await using var hub = await Hub();
        var (project, address) = await Gitlab(hub, gitlab.Url, only: "14");
        gitlab.Answers["/api/v4/projects/14/issues/23"] = (Fixtures.Text("gitlab/rest/go-scm/issue.json"), 1);
        var merge = Fixtures.Text("gitlab/rest/go-scm/merge.json").Replace("32732", "14", StringComparison.Ordinal);
        gitlab.Answers["/api/v4/projects/14/merge_requests/1"] = (merge, 0);
        var thin = Changed(Ours("issue-event"), record => record.Remove("description"));
        (await Deliver(hub, address, thin)).Effects().Should().ContainSingle().Which.Should().Contain("is read from the provider");
        (await Deliver(hub, address, Changed(Ours("merge-request-event"), record => record.Remove("updated_at")))).Text("status").Should().Be("processed");
        await HubFixture.Eventually(
            () => List(hub, project, "github-pulls"), pulls => pulls.Any(one => one.Text("title") == "JS fix"), "the merge request is read");
        await HubFixture.Eventually(
            async () => (await hub.Http.Get($"tickets?project_id={project}")).Expect(200).GetProperty("items").EnumerateArray().ToArray(),
            tickets => tickets.Length == 1 && tickets[0].Text("key") == "example/example#1" && tickets[0].Text("reporter") == "root",
            "the issue is read at the second try");
        gitlab.Seen.Should().OnlyContain(seen => seen.Token == "glpat-0123456789abcdefghij");
    }

    [Test]
    public async Task Recorded_deliveries_of_Azure_DevOps_become_pull_requests_commits_and_work_items()
    {
        await using var hub = await Hub();
        var (project, address) = await Azure(hub);
        foreach (var (name, effect) in new[]
        {
            ("git.pullrequest.merged", "pull request 1 created"), ("git.pullrequest.created", "pull request 1 stale: kept newer state"),
            ("git.pullrequest.updated", "pull request 1 stale: kept newer state"), ("git.push", "1 commits created"),
        })
            (await AzureEvent(hub, address, AzureRecorded(name))).Effects().Should().Equal([effect], name);
        var pull = (await List(hub, project, "github-pulls")).Should().ContainSingle().Subject;
        (pull.Text("state"), pull.Text("head_ref"), pull.Text("author"), pull.Text("merge_commit_sha"))
            .Should().Be(("merged", "mytopic", "fabrikamfiber4@hotmail.com", "eef717f69257a6333f221566c1c987dc94cc0d72"));
        pull.GetProperty("merged_at").GetDateTimeOffset().Should().BeCloseTo(new DateTimeOffset(2014, 6, 30, 18, 59, 12, TimeSpan.Zero), TimeSpan.FromSeconds(1));
        (await List(hub, project, "github-commits?repository=Fabrikam-Fiber-Git/Fabrikam-Fiber-Git"))
            .Should().ContainSingle().Which.Text("message").Should().Be("Fixed bug in web.config file");

        (await AzureEvent(hub, address, WorkItem("workitem.created", 5, "New", "2026-11-28T10:00:00Z"))).Effects().Should().ContainSingle().Which.Should().EndWith("created");
        (await AzureEvent(hub, address, WorkItem("workitem.updated", 5, "Closed", "2026-11-28T11:00:00Z", updated: true))).Effects()
            .Should().ContainSingle().Which.Should().EndWith("updated");
        (await AzureEvent(hub, address, WorkItem("workitem.created", 5, "New", "2026-11-28T10:00:00Z"))).Effects().Should().ContainSingle().Which.Should().Contain("stale");
        var item = (await hub.Http.Get($"tickets?project_id={project}")).Expect(200).GetProperty("items").EnumerateArray().Single();
        (item.Text("key"), item.Text("provider"), item.Text("status_category"), item.Text("description"), item.Text("assignee"))
            .Should().Be(("Fabrikam#5", "azure_devops", "done", "Some text & more", "Jamal Hartnett"));
        (await AzureEvent(hub, address, WorkItem("workitem.deleted", 5, "Closed", "2026-11-28T11:00:00Z"))).Effects().Should().ContainSingle().Which.Should().EndWith("deleted");
        (await AzureEvent(hub, address, """{"id":"x","eventType":"workitem.updated","resource":{"id":2,"workItemId":6},"createdDate":"2026-11-28T12:00:00Z"}""")).Effects()
            .Should().ContainSingle().Which.Should().Contain("work_item 6 is read from the provider");
    }

    [Test]
    public async Task A_comment_at_Azure_DevOps_shows_its_pull_request_and_other_repositories_are_left_out_by_name()
    {
        await using var hub = await Hub();
        var (project, address) = await Azure(hub, "fabrikam");
        var comment = JsonNode.Parse(AzureRecorded("git.pullrequest.created"))!.AsObject();
        comment["eventType"] = "ms.vss-code.git-pullrequest-comment-event";
        comment["resource"] = new JsonObject { ["comment"] = new JsonObject { ["id"] = 1, ["content"] = "Looks good" }, ["pullRequest"] = comment["resource"]!.DeepClone() };
        (await AzureEvent(hub, address, comment.ToJsonString())).Effects().Should().Equal("pull request 1 created");
        (await List(hub, project, "github-pulls")).Should().ContainSingle().Which.Text("state").Should().Be("open");
        (await AzureEvent(hub, address, AzureRecorded("git.push"))).Effects()
            .Should().Equal("left out: Fabrikam-Fiber-Git/Fabrikam-Fiber-Git is not the repository of this integration (fabrikam)");
    }

    private static string AzureRecorded(string name) => Fixtures.Text($"azuredevops/webhooks/go-playground/{name}.json");

    private static async Task<(long Project, string Address)> Azure(HubFixture hub, string? only = null)
    {
        var project = await hub.CreateProject();
        return (project, (await hub.Http.Post("integrations", new
        {
            scope_id = project, name = "Azure", integration_type = "azure_devops_repos",
            configuration = new
            {
                organization = "fabrikam", pat = new string('a', 52), project = "Fabrikam", repository = only, webhook_password = "a-password-of-the-tests",
            },
        })).Expect(201).Text("webhook_url"));
    }

    private static Task<JsonElement> AzureEvent(HubFixture hub, string address, string body)
    {
        var unique = JsonNode.Parse(body)!;
        unique["id"] = $"{Guid.CreateVersion7()}";
        return Ended(hub, address, unique.ToJsonString(), ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("hub:a-password-of-the-tests"))}"));
    }

    private static string WorkItem(string name, int id, string state, string changed, bool updated = false)
    {
        var fields = new Dictionary<string, object>
        {
            ["System.Title"] = "It fails", ["System.TeamProject"] = "Fabrikam", ["System.State"] = state, ["System.ChangedDate"] = changed,
            ["System.Description"] = "<div>Some <b>text</b> &amp; more</div>", ["System.AssignedTo"] = "Jamal Hartnett <fabrikamfiber4@hotmail.com>",
        };
        object resource = updated ? new { id = 2, workItemId = id, revision = new { id, rev = 2, fields } } : new { id, rev = 1, fields };
        return JsonSerializer.Serialize(new { id = "x", eventType = name, resource, createdDate = "2026-11-28T12:00:00Z" });
    }

    private static Task<HubFixture> Hub(RepositoryHeard? heard = null) => HubFixture.Start(setup => setup.Services = services =>
    {
        services.AddSingleton(heard ?? new RepositoryHeard());
        services.AddScoped<INotificationHandler<RepositoryChanged>, RepositoryListener>();
    });

    private static async Task<(long Project, string Address)> Gitlab(HubFixture hub, string url, string? only = null)
    {
        var project = await hub.CreateProject();
        return (project, (await hub.Http.Post("integrations", new
        {
            scope_id = project, name = "GitLab", integration_type = "gitlab",
            configuration = new { base_url = url, token = "glpat-0123456789abcdefghij", webhook_token = Token, project_id = only },
        })).Expect(201).Text("webhook_url"));
    }

    private static string Recorded(string name) => Fixtures.Text($"gitlab/webhooks/go-playground/{name}.json");

    private static string Ours(string name)
    {
        var body = JsonNode.Parse(Recorded(name))!;
        (body["project"]!["id"], body["project"]!["path_with_namespace"]) = (14, "gitlabhq/gitlab-test");
        return body.ToJsonString();
    }

    private static string Changed(string body, Action<JsonObject> change)
    {
        var tree = JsonNode.Parse(body)!;
        change(tree["object_attributes"]!.AsObject());
        return tree.ToJsonString();
    }

    private static Task<JsonElement> Deliver(HubFixture hub, string address, string body) => Ended(
        hub, address, body, ("X-Gitlab-Event", "Some Hook"), ("X-Gitlab-Token", Token), ("X-Gitlab-Event-UUID", $"{Guid.CreateVersion7()}"));

    private static async Task<JsonElement> Ended(HubFixture hub, string address, string body, params (string, string)[] headers) =>
        await hub.Ended(await hub.Deliver(address, body, headers));

    private static async Task<List<JsonElement>> List(HubFixture hub, long project, string list) =>
        [.. (await hub.Http.Get($"projects/{project}/{list}")).Expect(200).GetProperty("items").EnumerateArray()];

    /// <summary>Answers what it is told to answer, after failing as often as it is told to fail.</summary>
    private sealed class FakeGitlab : IAsyncDisposable
    {
        private readonly WebApplication app;

        private FakeGitlab(WebApplication app) => this.app = app;

        public string Url => app.Urls.First();

        public ConcurrentDictionary<string, (string Body, int Failures)> Answers { get; } = new();

        public ConcurrentQueue<(string Path, string? Token)> Seen { get; } = new();

        public static async Task<FakeGitlab> Start()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var fake = new FakeGitlab(builder.Build());
            fake.app.Run(async context =>
            {
                var path = context.Request.Path.Value!;
                fake.Seen.Enqueue((path, context.Request.Headers["PRIVATE-TOKEN"]));
                if (!fake.Answers.TryGetValue(path, out var answer))
                    context.Response.StatusCode = 404;
                else if (answer.Failures > 0)
                    (fake.Answers[path], context.Response.StatusCode) = ((answer.Body, answer.Failures - 1), 502);
                else
                    await context.Response.WriteAsync(answer.Body);
            });
            await fake.app.StartAsync();
            return fake;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
