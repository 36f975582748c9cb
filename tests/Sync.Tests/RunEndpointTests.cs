using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class RunEndpointTests
{
    [Test]
    public async Task A_start_answers_with_the_run_and_its_place_and_a_second_one_names_the_first()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Workers = false);
        var answer = await hub.Http.Post($"projects/{hub.Project}/jira-sync", new { sync_type = "full" });
        var run = answer.Expect(202).GetProperty("run");
        answer.Response.Headers.Location!.OriginalString.Should().Be($"/api/v1/sync-runs/{run.Text("id")}");
        run.Text("status").Should().Be("queued");
        run.Number("integration_id").Should().Be(hub.Integration);
        (await hub.Http.Get(answer.Response.Headers.Location.OriginalString)).Expect(200).GetRawText().Should().Be(run.GetRawText());

        var again = (await hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "incremental" })).Expect(409);
        (again.Text("code"), again.Text("run_id")).Should().Be(("sync_running", run.Text("id")));
        (await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "full" }))))
            .Should().OnlyContain(a => a.Status == 409);
        (await hub.Sql<long>("select count(*) from sync.runs")).Should().Be(1);
        (await hub.Http.Get("audit?action=sync.started")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task Bad_input_is_refused_and_named()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await JiraHub.Start(jira);
        foreach (var (body, field) in new[]
        {
            ("""{}""", "sync_type"),
            ("""{"sync_type":"manual"}""", "jql"),
            ("""{"sync_type":"full","jql":"key = A-1"}""", "jql"),
            ("""{"sync_type":"manual","jql":"key = A-1 order by key"}""", "jql"),
            ("""{"sync_type":"manual","jql":"key = A-1) or (key = B-1"}""", "jql"),
            ("""{"sync_type":"manual","jql":"a\u0000b"}""", "jql"),
            ("""{"sync_type":"full","streams":["commits"]}""", "streams[0]"),
            ("""{"sync_type":"full","force":true}""", "force"),
            ("""{"sync_type":"everything"}""", "sync_type"),
        })
            foreach (var path in new[] { $"integrations/{hub.Integration}/sync", $"projects/{hub.Project}/jira-sync" })
                (await hub.Http.Post(path, body)).Expect(400).GetProperty("errors").EnumerateObject().Select(e => e.Name)
                    .Should().Equal([field], $"of {body}");
    }

    [Test]
    public async Task What_cannot_be_synchronised_says_why()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await JiraHub.Start(jira);
        await hub.Switch(enabled: false);
        (await hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "full" })).Expect(409).Text("code").Should().Be("integration_disabled");
        (await hub.Http.Post("integrations/999/sync", new { sync_type = "full" })).Expect(404);
        (await hub.Http.Post("projects/999/jira-sync", new { sync_type = "full" })).Expect(404);
        (await hub.Http.Get($"sync-runs/{Guid.CreateVersion7()}")).Expect(404);
        (await hub.Http.Post($"sync-runs/{Guid.CreateVersion7()}/cancel")).Expect(404);
        (await hub.Http.Post($"sync-runs/{Guid.CreateVersion7()}/approve")).Expect(404);
        (await hub.Http.Get("tickets/999")).Expect(404);
        var bare = await hub.Hub.CreateProject("Bare");
        (await hub.Http.Post($"projects/{bare}/jira-sync", new { sync_type = "full" })).Expect(409).Text("code").Should().Be("not_configured");
        (await hub.Http.Get($"projects/{bare}/jira-tickets")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.Http.Get($"projects/{await hub.Hub.CreateScope("tenant", "No project")}/jira-tickets")).Expect(404);
        var push = (await hub.Http.Post("integrations", new
        {
            scope_id = hub.Project, name = "Push", integration_type = "webhook", enabled = true, configuration = new { url = "https://example.com/" },
        })).Expect(201).Number("id");
        (await hub.Http.Post($"integrations/{push}/sync", new { sync_type = "full" })).Expect(409).Text("code").Should().Be("not_syncable");
    }

    [Test]
    public async Task Runs_are_listed_newest_first_and_page_by_page()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 2 });
        await using var hub = await JiraHub.Start(jira);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Insert(0, (await hub.Sync()).Text("id"));
        foreach (var list in new[] { $"sync-runs?integration_id={hub.Integration}", $"projects/{hub.Project}/jira-sync-logs?" })
        {
            var path = $"{list}&status=completed&limit=2";
            var first = (await hub.Http.Get(path)).Expect(200);
            var second = (await hub.Http.Get($"{path}&cursor={first.Text("next_cursor")}")).Expect(200);
            var items = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray());
            items.Select(run => run.Text("id")).Should().Equal(ids);
            second.GetProperty("next_cursor").ValueKind.Should().Be(JsonValueKind.Null);
        }

        (await hub.Http.Get("sync-runs?status=failed")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.Http.Get("sync-runs?status=sleeping")).Expect(400);
        (await hub.Http.Get("sync-runs?cursor=xx")).Expect(400);
    }

    [Test]
    public async Task Deleting_too_much_waits_for_a_person()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        for (var i = 1; i <= 4; i++)
            jira.Issues.Delete($"HUB-{i}");
        hub.Heard.Tickets.Clear();
        var held = await hub.Sync(expected: "quarantined");
        held.Number("deleted").Should().Be(0);
        var finding = held.GetProperty("quarantine");
        (finding.Number("would_delete"), finding.Number("stored")).Should().Be((4, 20));
        finding.GetProperty("sample").EnumerateArray().Select(key => key.GetString()).Should().Equal("HUB-1", "HUB-2", "HUB-3", "HUB-4");
        held.Text("error").Should().Contain("4 of 20");
        (await hub.Keys()).Should().HaveCount(20);
        (await hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "full" })).Expect(409).Text("run_id").Should().Be(held.Text("id"));

        // Seen alive through an event while it waited.
        jira.Issues.Add("HUB", issue => issue);
        var rejected = (await hub.Http.Post($"sync-runs/{held.Text("id")}/reject")).Expect(200);
        (rejected.Text("status"), rejected.Number("deleted")).Should().Be(("completed", 0));
        (await hub.Http.Post($"sync-runs/{held.Text("id")}/approve")).Expect(409).Text("code").Should().Be("not_quarantined");
        (await hub.Keys()).Should().HaveCount(20);

        var second = await hub.Sync(expected: "quarantined");
        var approved = (await hub.Http.Post($"sync-runs/{second.Text("id")}/approve")).Expect(200);
        (approved.Text("status"), approved.Number("deleted"), approved.GetProperty("quarantine").ValueKind).Should().Be(("completed", 4, JsonValueKind.Null));
        (await hub.Keys()).Should().HaveCount(17);
        hub.Heard.Tickets.Count(change => change.Kind == TicketChangeKind.Deleted).Should().Be(4);
        (await hub.Sql<long>("select count(*) from sync.run_seen")).Should().Be(0);
        (await hub.Sync()).Counts().Should().Be((0, 0, 17, 0));
    }

    [Test]
    public async Task Disabling_cancels_the_live_run_and_deleting_forgets_everything()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        jira.Faults.Always("/rest/api/3/search", Fault.Timeout);
        var id = await hub.Begin();
        await hub.Reach(id, "running");
        await hub.Switch(enabled: false);
        (await hub.End(id, "cancelled")).Text("error").Should().Contain("disabled");
        await hub.Switch(enabled: true);
        var live = await hub.Begin();
        await hub.Reach(live, "running");
        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        (await hub.Http.Get($"sync-runs/{live}")).Expect(404);
        (await hub.Tickets("deleted=true")).Should().BeEmpty();
        foreach (var table in new[] { "runs", "run_seen", "tickets", "watermarks" })
            (await hub.Sql<long>($"select count(*) from sync.{table}")).Should().Be(0);
    }

    [Test]
    public async Task A_run_is_followed_as_a_stream_to_its_end()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Workers = false);
        var id = await hub.Begin();
        using var response = await hub.Http.GetAsync($"sync-runs/{id}/stream", HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        var reading = ReadAll(response);
        await hub.Worker.Tick(default);
        var states = (await reading.WaitAsync(TimeSpan.FromSeconds(20))).Select(run => run.Text("status")).ToArray();
        states.Should().StartWith("queued").And.EndWith("completed");
        (await hub.Http.Get($"sync-runs/{Guid.CreateVersion7()}/stream")).Expect(404);
        using var ended = await hub.Http.GetAsync($"sync-runs/{id}/stream");
        (await ReadAll(ended)).Should().ContainSingle("what has ended is told once");
    }

    [Test]
    public async Task A_tenant_sees_and_touches_nothing_of_another()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira);
        var run = await hub.Sync();
        var ticket = (await hub.Tickets())[0].Number("id");
        using var other = await hub.Hub.ClientWith("admin", await hub.Hub.CreateScope("tenant", "Other"));
        var runPath = $"sync-runs/{run.Text("id")}";
        var projectPath = $"projects/{hub.Project}";
        foreach (var path in new[] { runPath, $"{runPath}/stream", $"tickets/{ticket}", $"{projectPath}/jira-tickets", $"{projectPath}/jira-sync-logs" })
            (await other.Get(path)).Expect(404);
        foreach (var path in new[] { $"integrations/{hub.Integration}/sync", $"projects/{hub.Project}/jira-sync" })
            (await other.Post(path, new { sync_type = "full" })).Expect(404);
        foreach (var verb in new[] { "cancel", "approve", "reject" })
            (await other.Post($"sync-runs/{run.Text("id")}/{verb}")).Expect(404);
        foreach (var list in new[] { "tickets", "sync-runs", $"tickets?integration_id={hub.Integration}", $"sync-runs?integration_id={hub.Integration}" })
            (await other.Get(list)).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        using var viewer = await hub.Hub.ClientWith("viewer", hub.Project);
        (await viewer.Get("tickets")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(5);
        (await viewer.Post($"projects/{hub.Project}/jira-sync", new { sync_type = "full" })).Expect(403);
        (await viewer.Post($"sync-runs/{run.Text("id")}/cancel")).Expect(403);
    }

    private static async Task<List<JsonElement>> ReadAll(HttpResponseMessage response)
    {
        var seen = new List<JsonElement>();
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            item.EventType.Should().Be("run");
            seen.Add(JsonElement.Parse(item.Data));
        }

        return seen;
    }
}
