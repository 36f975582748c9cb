using System.Net;
using System.Text;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Inbound;

/// <summary>What comes before any proof is possible, and secrets that change, with the real integrations behind them.</summary>
internal sealed class FirstContactTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Test]
    public async Task Notion_s_token_is_taken_once_shown_once_and_proves_what_follows()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var project = await hub.CreateProject();
        var (id, path) = await Integration(hub, project, "notion", new { token = "ntn_" + new string('n', 40) });
        var anonymous = hub.ClientFor(null);

        (await anonymous.Post(path, new { verification_token = "has a space" })).Expect(401);
        (await hub.Http.Post($"integrations/{id}/reveal-webhook-handshake", new { })).Expect(409).GetProperty("code").GetString().Should().Be("no_handshake_secret");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => anonymous.Post(path, new { verification_token = $"secret_token_{i}" })));

        answers.Select(answer => answer.Status).Order().Should().Equal([200, 401, 401, 401, 401, 401]);
        var winner = $"secret_token_{Array.FindIndex(answers, answer => answer.Status == 200)}";
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("configuration").GetProperty("webhook_verification_token").GetString().Should().Be("[ENCRYPTED]");
        (await (await hub.ClientWith("viewer", project)).Post($"integrations/{id}/reveal-webhook-handshake", new { })).Expect(403);
        var shown = await (await hub.ClientWith("manager", project)).Post($"integrations/{id}/reveal-webhook-handshake", new { });
        shown.Expect(200).GetProperty("secret").GetString().Should().Be(winner);
        shown.Response.Headers.CacheControl!.NoStore.Should().BeTrue();
        (await hub.Http.Post($"integrations/{id}/reveal-webhook-handshake", new { })).Expect(409);
        var audited = (await hub.Http.Get($"audit?target_type=integration&target_id={id}")).Expect(200).GetProperty("items").EnumerateArray()
            .Select(entry => entry.GetProperty("action").GetString());
        audited.Should().Contain(["integration.handshake_secret_taken", "integration.handshake_secret_shown"]);

        var body = Bytes(new { id = "e1", type = "page.created" });
        (await anonymous.Post(path, body, ("X-Notion-Signature", Sign(body, winner)))).Expect(202);
        (await anonymous.Post(path, new { verification_token = "secret_of_somebody_else" })).Expect(401);
    }

    [Test]
    public async Task Asana_s_secret_is_answered_as_it_came_and_addresses_are_probed_and_echoed()
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var project = await hub.CreateProject();
        var (_, asana) = await Integration(
            hub, project, "asana", new { auth_type = "token", access_token = "1/1234567890123456:" + new string('a', 32), workspace_gid = "1" });
        var anonymous = hub.ClientFor(null);
        var answer = await anonymous.Post(asana, Array.Empty<byte>(), ("X-Hook-Secret", "the-hook-secret"));
        answer.Status.Should().Be(200);
        answer.Response.Headers.GetValues("X-Hook-Secret").Should().Equal("the-hook-secret");
        (await anonymous.Post(asana, Array.Empty<byte>(), ("X-Hook-Secret", "another-secret"))).Expect(401);

        (await hub.Http.SendAsync(new HttpRequestMessage(HttpMethod.Put, "integrations/schemas/graph_like")
        {
            Content = new StringContent(Graph, Encoding.UTF8, "application/json"),
        })).StatusCode.Should().Be(HttpStatusCode.Created);
        var (_, graph) = await Integration(hub, project, "graph_like", new { secret = "plain-shared-text" });
        var echo = await anonymous.Post($"{graph}?validationToken=%3Cscript%3Ealert(1)%3C%2Fscript%3E", Array.Empty<byte>());
        (echo.Status, echo.Text, echo.Response.Content.Headers.ContentType!.MediaType).Should().Be((200, "<script>alert(1)</script>", "text/plain"));
        echo.Response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        (await anonymous.Post($"{asana}?validationToken=x", Array.Empty<byte>())).Expect(401);
        (await anonymous.SendAsync(new HttpRequestMessage(HttpMethod.Head, asana))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_replaced_secret_proves_for_a_day_and_a_removed_one_not_at_all(bool givenByScope)
    {
        var time = new FakeTime(Now);
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        var tenant = await hub.CreateScope("tenant", "Acme");
        var project = await hub.CreateScope("project", "App", tenant);
        var (id, path) = await Integration(hub, project, "github_repos", new { repository = "acme/app", access_token = "github-token-for-tests" });
        await Set("the-first-secret");
        async Task<bool> Proves(string secret)
        {
            var body = Bytes(new { n = Guid.CreateVersion7() });
            return (await hub.ClientFor(null).Post(path, body, ("X-Hub-Signature-256", Sign(body, secret)), ("X-GitHub-Event", "push"))).Status == 202;
        }

        async Task Set(string? secret)
        {
            object values = new { webhook_secret = secret };
            using var body = new StringContent(
                System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { [givenByScope ? "values" : "configuration"] = values }), Encoding.UTF8, "application/json");
            (await (givenByScope ? hub.Http.PutAsync($"scopes/{tenant}/config/github_repos", body) : hub.Http.PatchAsync($"integrations/{id}", body))).EnsureSuccessStatusCode();
        }

        (await Proves("the-first-secret")).Should().BeTrue();
        await Set("the-second-secret");
        await Set("the-second-secret");
        (await Proves("the-first-secret"), await Proves("the-second-secret"), await Proves("no-secret")).Should().Be((true, true, false));
        await Set("the-third-secret");
        (await Proves("the-first-secret"), await Proves("the-second-secret"), await Proves("the-third-secret")).Should().Be((false, true, true));
        (await hub.Http.Get($"integrations/{id}")).Text.Should().NotContain("the-second-secret");

        time.Advance(TimeSpan.FromHours(23.9));
        (await Proves("the-second-secret")).Should().BeTrue();
        time.Advance(TimeSpan.FromHours(0.2));
        (await Proves("the-second-secret"), await Proves("the-third-secret")).Should().Be((false, true));

        await Set("the-fourth-secret");
        await Set(null);
        (await Proves("the-third-secret"), await Proves("the-fourth-secret"), await Proves("")).Should().Be((false, false, false));
        await Set("the-fifth-secret");
        (await Proves("the-third-secret"), await Proves("the-fifth-secret")).Should().Be((false, true));
    }

    [Test]
    public async Task Whoever_sends_too_fast_is_told_when_to_come_back_and_counted()
    {
        await using var hub = await Start(customise: setup => setup.Settings["Hub:Webhooks:RatePerSource"] = "1");
        var (busy, calm) = (await hub.Jira(), await hub.Jira());
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => hub.Deliver(busy, Issue(i), $"d-{i}")));
        var refused = answers.Where(answer => answer.Status == 429).ToArray();
        refused.Should().HaveCountGreaterThan(10);
        answers.Count(answer => answer.Status == 202).Should().BeGreaterThanOrEqualTo(5).And.Be(40 - refused.Length);
        refused[0].Json.GetProperty("code").GetString().Should().Be("rate_limited");
        refused[0].Response.Headers.RetryAfter!.Delta.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        (await hub.Deliver(calm, Issue(1), "d-1")).Expect(202);

        await using var narrow = await Start(customise: setup => setup.Settings["Hub:Webhooks:RatePerAddress"] = "1");
        var junk = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => narrow.Hub.ClientFor(null).Post("webhooks/in/nobody", new { })));
        junk.Select(answer => answer.Status).Distinct().Should().BeEquivalentTo([401, 429]);
    }

    private static async Task<(long Id, string Path)> Integration(HubFixture hub, long project, string type, object configuration)
    {
        var answer = (await hub.Http.Post("integrations", new { scope_id = project, name = type, integration_type = type, configuration })).Expect(201);
        return (answer.GetProperty("id").GetInt64(), answer.GetProperty("webhook_url").GetString()!);
    }

    private const string Graph = """
        { "name": "Like Graph", "category": "collaboration", "platform_name": "graph_like", "integration_category": "documentation", "description": "Change notifications.",
          "capabilities": ["webhook_in"], "fields": [{ "name": "secret", "label": "Secret", "type": "secret" }], "auth": null, "test": null,
          "webhook": { "verifications": [{ "kind": "plain", "header": "X-Client-State", "secret_field": "secret" }], "event_type": { "body": "$.value[*].changeType" },
            "delivery_id": { "parts": ["$.value[*].id"] }, "handshake": { "kind": "query_echo", "signed": false, "parameter": "validationToken" } } }
        """;
}
