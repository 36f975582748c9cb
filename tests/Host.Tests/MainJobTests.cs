using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests;

/// <summary>The main job through all four modules, as a client does it: configure, synchronise, read, take webhooks in, watch.</summary>
public sealed class MainJobTests
{
    private const string WebhookSecret = "main-job-webhook-secret-0123";

    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task A_projects_tickets_are_synchronised_and_follow_webhooks(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250, Deployment = deployment, ContextPath = deployment == Deployment.Server ? "/jira" : "" });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var config = (await hub.Http.Post($"projects/{project}/jira-config", Config(jira))).Expect(201);
        var integration = config.GetProperty("integration_id").GetInt64();

        var run = await Sync(hub, project, "full");
        run.GetProperty("created").GetInt64().Should().Be(125, "half of the fake's issues are in the project HUB");
        (await Tickets(hub, project)).Should().HaveCount(125);

        var again = await Sync(hub, project, "full");
        (again.GetProperty("unchanged").GetInt64(), again.GetProperty("updated").GetInt64(), again.GetProperty("created").GetInt64()).Should().Be((125, 0, 0));

        using var live = new LiveListener(hub, $"live?project_id={project}");
        await live.Connected;
        var before = jira.WebhookBody("jira:issue_updated", "HUB-1", WebhookSecret);
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Changed while you watched", Status = Status.Done });
        var webhook = (await hub.Http.Get($"integrations/{integration}")).Expect(200).GetProperty("webhook_url").GetString()!;
        var accepted = await jira.SendWebhook(new Uri(hub.Url, webhook).ToString(), WebhookSecret, "jira:issue_updated", "HUB-1");
        accepted.Status.Should().Be(202);
        var found = await HubFixture.Eventually(
            async () => await Tickets(hub, project, "?search=watched"), seen => seen.Count == 1, "the webhook changed the ticket");
        var ticket = found[0];
        (ticket.GetProperty("key").GetString(), ticket.GetProperty("status").GetString()).Should().Be(("HUB-1", Status.Done.Name));
        await live.Saw("ticket.updated");

        // The event from before the change arrives after it.
        using var late = before.Request(new Uri(hub.Url, "/webhooks/jira").ToString());
        using var plain = new HttpClient();
        (await plain.SendAsync(late)).EnsureSuccessStatusCode();
        await HubFixture.Eventually(async () => (await hub.Http.Get("webhooks/status")).Expect(200).GetProperty("totals").GetProperty("pending").GetInt64(), pending => pending == 0, "both events are worked off");
        (await Tickets(hub, project, "?search=watched")).Should().ContainSingle("an older event does not overwrite a newer state");

        jira.UpdateIssue("HUB-3", issue => issue with { Summary = "Found by an incremental run" });
        var incremental = await Sync(hub, project, "incremental");
        incremental.GetProperty("status").GetString().Should().Be("completed");
        (await Tickets(hub, project, "?search=incremental")).Should().ContainSingle();
    }

    [Test]
    public async Task Everything_survives_a_restart()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        var database = await HubDatabases.Create();
        long project;
        await using (var first = await HubFixture.Start(setup => setup.ConnectionString = database))
        {
            project = await first.CreateProject();
            (await first.Http.Post($"projects/{project}/jira-config", Config(jira))).Expect(201);
            await Sync(first, project, "full");
        }

        await using var second = await HubFixture.Start(setup => setup.ConnectionString = database);
        (await Tickets(second, project)).Should().HaveCount(10);
        (await Sync(second, project, "full")).GetProperty("unchanged").GetInt64().Should().Be(10, "the stored credentials still decrypt");
    }

    [Test]
    public async Task A_failed_test_stores_nothing()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 2 });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var refused = await hub.Http.Post($"projects/{project}/jira-config", Config(jira) with { api_key = "wrong-token-wrong-token" });
        refused.Expect(422).GetProperty("detail").GetString().Should().NotContain("wrong-token-wrong-token");
        (await hub.Http.Get($"projects/{project}/jira-config")).Expect(404);
    }

    private static JiraConfig Config(FakeJiraServer jira) => new(jira.Url, jira.Options.Email, jira.Options.Token, "HUB", WebhookSecret);

    private sealed record JiraConfig(string jira_url, string email, string api_key, string project_key, string webhook_secret);

    private static async Task<JsonElement> Sync(HubFixture hub, long project, string type)
    {
        var run = (await hub.Http.Post($"projects/{project}/jira-sync", new { sync_type = type })).Expect(202).GetProperty("run").GetProperty("id").GetString();
        return await HubFixture.Eventually(
            async () => (await hub.Http.Get($"sync-runs/{run}")).Expect(200), seen => seen.GetProperty("status").GetString() is "completed" or "failed", "the run ends");
    }

    private static async Task<IReadOnlyList<JsonElement>> Tickets(HubFixture hub, long project, string query = "")
    {
        var items = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = (await hub.Http.Get($"projects/{project}/jira-tickets{(query is "" ? "?" : query + "&")}limit=100{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                return items;
        }
    }
}
