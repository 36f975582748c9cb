using System.Globalization;
using System.Net;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class WebhookRegistrationTests
{
    const string Cloud = "/rest/webhooks/1.0/webhook";
    const string DataCenter = "/rest/jira-webhook/1.0/webhooks";
    const string App = "/rest/api/3/webhook";

    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture));

    [Test]
    public async Task An_administrator_keeps_webhooks_whose_secret_is_never_shown()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        using var caller = new JiraCaller(jira);
        var heard = new List<string>();
        await using var hub = await WebhookListener.Start(heard, "s3cret");
        var wanted = new { name = "Hub", url = hub.Urls.First(), events = new[] { "jira:issue_updated", "comment_created" }, secret = "s3cret",
            filters = new Dictionary<string, string> { ["issue-related-events-section"] = "project = HUB" } };
        var created = await caller.Post(Cloud, wanted);
        created.Status.Should().Be(HttpStatusCode.Created, created.Body);
        var at = new Uri(created.Json.GetProperty("self").GetString()!).AbsolutePath;
        (created.Body + (await caller.Get(Cloud)).Body + (await caller.Get(at)).Body).Should().NotContain("s3cret").And.Contain("\"isSigned\":true");

        jira.Issues.Comment("HUB-1", "one");
        jira.Issues.Comment("PAY-1", "not of interest");
        jira.UpdateIssue("HUB-1", i => i with { Summary = "two" });
        jira.Issues.LogWork("HUB-1", 60);
        (await caller.Send("PUT", at, new { enabled = false })).Json.GetProperty("events").GetArrayLength().Should().Be(2, "what is not named stays");
        jira.UpdateIssue("HUB-1", i => i with { Summary = "unheard" });
        await caller.Send("PUT", at, new { enabled = true });
        jira.UpdateIssue("HUB-1", i => i with { Summary = "three" });
        await jira.Webhooks.Idle();
        heard.Should().Equal("comment_created", "jira:issue_updated", "jira:issue_updated");
        jira.Webhooks.Answers.Should().OnlyContain(a => a.Status == 202, "the secret is still the one of the beginning");

        (await caller.Post(Cloud, new { name = "x", url = "http://127.0.0.1/", events = new[] { "jira:nothing" } })).Status.Should().Be(HttpStatusCode.BadRequest);
        (await caller.Post(Cloud, new { url = "http://127.0.0.1/" })).Status.Should().Be(HttpStatusCode.BadRequest);
        jira.Auth.Denied = ["ADMINISTER"];
        (await caller.Get(Cloud)).Status.Should().Be(HttpStatusCode.Forbidden);
        jira.Auth.Denied = [];
        (await caller.Send("DELETE", at)).Status.Should().Be(HttpStatusCode.NoContent);
        (await caller.Send("DELETE", at)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [TestCase("9.12.2", Cloud, DataCenter)]
    [TestCase("10.3.5", DataCenter, Cloud)]
    public async Task Data_center_has_them_at_the_address_of_its_version(string version, string here, string notHere)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = Deployment.Server, ServerVersion = version, ContextPath = "/jira", Issues = 4 });
        using var caller = new JiraCaller(jira);
        (await caller.Get(here)).Body.Should().Be("[]");
        (await caller.Get(notHere)).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Get("/rest/api/2/serverInfo")).Json.GetProperty("versionNumbers")[0].GetInt32().Should().Be(int.Parse(version.Split('.')[0], null));
    }

    [Test]
    public async Task Data_center_takes_the_secret_in_the_configuration_and_never_tries_again()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = Deployment.Server, Issues = 4, Clock = clock });
        using var caller = new JiraCaller(jira);
        var signed = new List<string?>();
        await using var hub = await WebhookListener.Start((headers, body) =>
        {
            signed.Add(headers["X-Hub-Signature"].FirstOrDefault());
            headers.Should().NotContainKey("X-Atlassian-Webhook-Identifier");
            return 503;
        });
        var ignored = await caller.Post(DataCenter, new { name = "Hub", url = hub.Urls.First(), events = new[] { "jira:issue_updated" }, secret = "top" });
        jira.UpdateIssue("HUB-1", i => i with { Summary = "unsigned" });
        var id = ignored.Json.GetProperty("id").GetInt64();
        var put = await caller.Send("PUT", $"{DataCenter}/{id}", new { configuration = new Dictionary<string, string> { ["SECRET"] = "top" }, active = true });
        put.Body.Should().NotContain("SECRET").And.NotContain("top");
        jira.UpdateIssue("HUB-1", i => i with { Summary = "signed" });
        await jira.Webhooks.Idle();
        signed.Should().HaveCount(2);
        signed[0].Should().BeNull("a secret beside the configuration is ignored");
        signed[1].Should().StartWith("sha256=");
        jira.Webhooks.Waiting.Should().Be(0);
    }

    [Test]
    public async Task What_fails_is_tried_again_five_times_with_the_same_identifier_and_what_is_refused_is_lost()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4, Clock = clock });
        var tries = new List<(string Id, string Retry)>();
        var status = 503;
        await using var hub = await WebhookListener.Start((headers, _) =>
        {
            tries.Add((headers["X-Atlassian-Webhook-Identifier"].ToString(), headers["X-Atlassian-Webhook-Retry"].ToString()));
            return status;
        });
        jira.Webhooks.Register(hub.Urls.First(), "s");
        jira.UpdateIssue("HUB-1", i => i with { Summary = "one" });
        await jira.Webhooks.Idle();
        clock.Advance(TimeSpan.FromMinutes(4));
        await jira.Webhooks.Idle();
        tries.Should().ContainSingle("the first retry comes after five minutes at the earliest");
        for (var i = 0; i < 7; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(15));
            await jira.Webhooks.Idle();
        }

        tries.Select(t => t.Retry).Should().Equal("", "1", "2", "3", "4", "5");
        tries.Select(t => t.Id).Distinct().Should().ContainSingle();
        jira.UpdateIssue("HUB-1", i => i with { Summary = "down for long" });
        await jira.Webhooks.Idle();
        (tries.Count, jira.Webhooks.Waiting).Should().Be((7, 0), "after half an hour of failures there is one try per webhook");
        status = 202;
        jira.UpdateIssue("HUB-1", i => i with { Summary = "back" });
        await jira.Webhooks.Idle();
        status = 404;
        jira.UpdateIssue("HUB-1", i => i with { Summary = "refused" });
        await jira.Webhooks.Idle();
        (tries.Count, jira.Webhooks.Waiting).Should().Be((9, 0), "a refusal is final");
    }

    [Test]
    public async Task Deliveries_can_be_lost_and_doubled()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        var heard = new List<string>();
        await using var hub = await WebhookListener.Start(heard, "s");
        jira.Webhooks.Register(hub.Urls.First(), "s");
        jira.Webhooks.Loses = message => message.IssueKey == "HUB-1";
        jira.UpdateIssue("HUB-1", i => i with { Summary = "lost" });
        await jira.Webhooks.Idle();
        heard.Should().BeEmpty();
        jira.Webhooks.Lost.Should().ContainSingle();
        (jira.Webhooks.Loses, jira.Webhooks.Doubles) = (null, true);
        jira.UpdateIssue("HUB-1", i => i with { Summary = "twice" });
        await jira.Webhooks.Idle();
        heard.Should().HaveCount(2);
        jira.Webhooks.Answers.Select(a => a.Message.Headers["X-Atlassian-Webhook-Identifier"]).Distinct().Should().ContainSingle();
    }

    [Test]
    public async Task An_app_registers_for_thirty_days_and_is_told_with_its_own_signature()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4, Clock = clock, OAuthApp = true });
        using var caller = new JiraCaller(jira);
        var bodies = new List<JsonElement>();
        var authorization = "";
        await using var hub = await WebhookListener.Start((headers, body) =>
        {
            authorization = headers.Authorization.ToString();
            headers.Should().NotContainKey("X-Hub-Signature");
            bodies.Add(JsonSerializer.Deserialize<JsonElement>(body));
            return 200;
        });
        var registered = await Send("POST", App, new { url = hub.Urls.First(), webhooks = new object[]
        {
            new { events = new[] { "jira:issue_updated" }, jqlFilter = "project = HUB", fieldIdsFilter = new[] { "summary" } },
            new { events = new[] { "jira:issue_updated", "comment_created" }, jqlFilter = "project in (HUB, PAY)" },
            new { events = new[] { "jira:issue_updated" }, jqlFilter = "updated > -1d" },
            new { events = new[] { "worklog_created" }, jqlFilter = "project = HUB" },
        } });
        var results = registered.Json.GetProperty("webhookRegistrationResult").EnumerateArray().ToArray();
        var ids = results.Take(2).Select(r => r.GetProperty("createdWebhookId").GetInt64()).ToArray();
        results[2].GetProperty("errors")[0].GetString().Should().Be("The clause updated is unsupported");
        results[3].TryGetProperty("errors", out _).Should().BeTrue();

        jira.UpdateIssue("HUB-1", i => i with { Summary = "both" });
        jira.UpdateIssue("HUB-1", i => i with { Labels = ["one"] });
        await jira.Webhooks.Idle();
        bodies.Select(b => string.Join(' ', b.GetProperty("matchedWebhookIds").EnumerateArray())).Should().Equal($"{ids[0]} {ids[1]}", $"{ids[1]}");
        authorization.Should().StartWith("Bearer ey").And.Subject.Split('.').Should().HaveCount(3);

        clock.Advance(TimeSpan.FromDays(29));
        var refreshed = await Send("PUT", $"{App}/refresh", new { webhookIds = new[] { ids[1] } });
        refreshed.Json.GetProperty("expirationDate").GetString().Should().StartWith("2027-01-18");
        clock.Advance(TimeSpan.FromDays(2));
        (await Send("GET", App)).Json.GetProperty("values").EnumerateArray().Single().GetProperty("id").GetInt64().Should().Be(ids[1], "the other one was not refreshed");
        (await Send("DELETE", App, new { webhookIds = ids })).Status.Should().Be(HttpStatusCode.Accepted);
        (await Send("GET", App)).Json.GetProperty("total").GetInt32().Should().Be(0);
        (await caller.Send("GET", "/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.Unauthorized, "an app lives behind the gateway");

        Task<Answer> Send(string method, string path, object? body = null) => caller.Send(method, path, body, jira.GatewayUrl);
    }

    [Test]
    public async Task What_an_app_missed_is_listed_and_nobody_else_may_ask()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4, Clock = clock, OAuthApp = true });
        using var caller = new JiraCaller(jira);
        await caller.Send("POST", App, new { url = "http://127.0.0.1:1/", webhooks = new[] { new { events = new[] { "jira:issue_updated" }, jqlFilter = "project = HUB" } } }, jira.GatewayUrl);
        jira.UpdateIssue("HUB-1", i => i with { Summary = "missed" });
        for (var i = 0; i < 7; i++)
        {
            await jira.Webhooks.Idle();
            clock.Advance(TimeSpan.FromMinutes(15));
        }

        var failed = (await caller.Send("GET", $"{App}/failed", at: jira.GatewayUrl)).Json.GetProperty("values").EnumerateArray().Single();
        failed.GetProperty("body").GetString().Should().Contain("missed");

        await using var site = await FakeJiraServer.Start();
        using var visitor = new JiraCaller(site);
        (await visitor.Get(App)).Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Worklogs_and_links_are_told_without_their_issue_and_comments_with_a_brief_one()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        var log = jira.Issues.LogWork("HUB-1", 60);
        Body("worklog_created").GetProperty("worklog").GetProperty("id").GetString().Should().Be($"{log.Id}");
        Body("worklog_created").TryGetProperty("issue", out _).Should().BeFalse();
        var link = jira.Issues.Link("HUB-1", "PAY-1");
        Body("issuelink_created").GetProperty("issueLink").GetProperty("id").GetInt64().Should().Be(link.Id);
        var comment = jira.Issues.Comment("HUB-1", "old").Comments[^1];
        jira.Issues.EditComment("HUB-1", comment.Id, "new");
        Body("comment_updated").GetProperty("comment").GetProperty("body").GetString().Should().Be("new");
        jira.Issues.RemoveComment("HUB-1", comment.Id);
        Body("comment_deleted").GetProperty("comment").GetProperty("id").GetString().Should().Be($"{comment.Id}");
        Body("comment_deleted").GetProperty("issue").GetProperty("fields").TryGetProperty("description", out _).Should().BeFalse();

        JsonElement Body(string name) => JsonSerializer.Deserialize<JsonElement>(jira.WebhookBody(name, "HUB-1", null).Body);
    }
}
