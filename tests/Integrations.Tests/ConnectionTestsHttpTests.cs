using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Integrations.Contracts;
using Hub.Integrations.Health;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class ConnectionTestsHttpTests
{
    private static object Jira(FakeJiraServer jira, string? token = null, string? url = null) =>
        new { base_url = url ?? jira.Url, email = jira.Options.Email, api_token = token ?? jira.Options.Token };

    private static async Task<long> Create(HubFixture hub, object configuration) =>
        (await hub.Http.Post("integrations", new { scope_id = 1, name = "Jira", integration_type = "jira", configuration })).Expect(201).GetProperty("id").GetInt64();

    private static async Task Called(HubFixture hub, IntegrationCalled call)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(call);
        await tx.Commit(CancellationToken.None);
    }

    [TestCase(Deployment.Cloud, "Jira Cloud", "cloud", 3, "basic")]
    [TestCase(Deployment.Server, "Jira Data Center 10.3.5", "data_center", 2, "bearer")]
    public async Task A_test_makes_the_real_call_and_is_kept(Deployment deployment, string product, string detected, int version, string method)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment, ContextPath = deployment == Deployment.Server ? "/jira" : "" });
        await using var hub = await HubFixture.Start();
        var id = await Create(hub, Jira(jira));
        var tested = (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        tested.GetProperty("success").GetBoolean().Should().BeTrue(tested.GetRawText());
        tested.GetProperty("message").GetString().Should().Be($"Connected to {product} as Integration Hub.");
        tested.GetProperty("identity").GetString().Should().Contain("Integration Hub");
        tested.GetProperty("latency_ms").GetDouble().Should().BeGreaterThan(0);
        var steps = tested.GetProperty("steps").EnumerateArray().ToArray();
        steps.Select(step => step.GetProperty("name").GetString()).Should().Equal("config", "dns", "address_policy", "connect", "auth", "permission", "sample_read");
        steps.Should().OnlyContain(step => step.GetProperty("ok").GetBoolean());
        jira.Requests.To("/myself").Should().OnlyContain(request => request.Headers["Authorization"] == jira.Auth.Header);

        var read = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        read.GetProperty("health_status").GetString().Should().Be("healthy");
        read.GetProperty("last_test").GetProperty("success").GetBoolean().Should().BeTrue();
        read.GetProperty("last_tested_at").GetString().Should().Be(tested.GetProperty("tested_at").GetString());
        await using var scope = hub.Services.CreateAsyncScope();
        var connection = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskConnection(id));
        connection!.Headers["Authorization"].Should().Be(jira.Auth.Header);
        var found = connection.Detected;
        (found.GetProperty("deployment").GetString(), found.GetProperty("api_base").GetString(), found.GetProperty("api_version").GetInt32(), found.GetProperty("auth").GetString(), found.GetProperty("time_zone").GetString())
            .Should().Be((detected, jira.Url, version, method, "America/New_York"));
    }

    [Test]
    public async Task A_configuration_is_tested_without_being_stored()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "jira", configuration = Jira(jira) })).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        var missing = (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "jira", configuration = new { base_url = jira.Url } })).Expect(200);
        (missing.GetProperty("reason").GetString(), missing.GetProperty("message").GetString()).Should().Be(("config", "These required fields are not set: api_token."));
        (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "jira", configuration = new { colour = "red" } })).Expect(400);
        (await hub.Http.Put("integrations/schemas/mute", new
        {
            id = "mute", name = "Mute", category = "ticketing", platform_name = "mute", integration_category = "ticketing", description = "Has no test",
            fields = new[] { new { name = "token", label = "Token", type = "secret" } },
        })).Expect(201);
        (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "mute", configuration = new { } })).Expect(409)
            .GetProperty("code").GetString().Should().Be("not_testable");
    }

    [Test]
    public async Task Each_way_of_not_getting_in_has_its_reason()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        async Task<(string? Reason, string? Step)> Test(object configuration)
        {
            var tested = (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "jira", configuration })).Expect(200);
            tested.GetProperty("success").GetBoolean().Should().BeFalse();
            return (tested.GetProperty("reason").GetString(), tested.GetProperty("steps").EnumerateArray().Last().GetProperty("name").GetString());
        }

        (await Test(Jira(jira, token: "wrong-token"))).Should().Be(("auth", "auth"));
        (await Test(Jira(jira, url: "http://127.0.0.1:1"))).Should().Be(("network", "connect"));
        (await Test(Jira(jira, url: "http://10.0.0.1"))).Should().Be(("config", "address_policy"));
        (await Test(Jira(jira, url: "http://169.254.169.254/latest"))).Should().Be(("config", "address_policy"));
        (await Test(Jira(jira, url: "http://nowhere.invalid"))).Should().Be(("network", "dns"));
        (await Test(Jira(jira, url: jira.Url.Replace("http:", "https:", StringComparison.Ordinal)))).Should().Be(("tls", "tls"));
        (await Test(Jira(jira, url: jira.Url + "/elsewhere"))).Should().Be(("not_found", "auth"));
        jira.Auth.Mode = AuthMode.LoginPage;
        (await Test(Jira(jira))).Should().Be(("auth", "auth"));
        jira.Auth.Mode = AuthMode.Captcha;
        (await Test(Jira(jira))).Should().Be(("auth", "auth"));
        jira.Auth.Mode = AuthMode.Anonymous;
        (await Test(Jira(jira))).Should().Be(("auth", "auth"));
        jira.Auth.Mode = AuthMode.Normal;
        jira.Faults.Next("/rest/api/3/myself", Fault.Html(502));
        (await Test(Jira(jira))).Should().Be(("provider_error", "auth"));
        jira.Faults.Next("/rest/api/3/myself", Fault.Redirect("https://sso.example.com/login"));
        (await Test(Jira(jira))).Should().Be(("auth", "auth"));
        jira.Faults.Next("/rest/api/3/myself", Fault.Drop);
        (await Test(Jira(jira))).Should().Be(("network", "auth"));
        jira.Faults.Next("/rest/api/3/myself", Fault.CutJson);
        (await Test(Jira(jira))).Should().Be(("provider_error", "auth"));
        // The last one: from then on the credential is left alone.
        jira.Faults.Next("/rest/api/3/myself", Fault.Throttle(5));
        (await Test(Jira(jira))).Should().Be(("rate_limited", "auth"));
    }

    [Test]
    public async Task A_scoped_token_works_at_the_gateway()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { ScopedToken = true });
        await using var hub = await HubFixture.Start();
        var id = await Create(hub, new { base_url = jira.GatewayUrl, email = jira.Options.Email, api_token = jira.Options.Token, deployment = "cloud" });
        (await hub.Http.Post($"integrations/{id}/test")).Expect(200).GetProperty("message").GetString().Should().StartWith("Connected to Jira Cloud");
    }

    [Test]
    public async Task Tests_and_calls_fold_into_one_health_that_tells_its_story()
    {
        var moves = new List<IntegrationHealthChanged>();
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start(setup => setup.Services = services => services.AddScoped<INotificationHandler<IntegrationHealthChanged>>(_ => new Recorder(moves)));
        var id = await Create(hub, Jira(jira));
        var unknown = (await hub.Http.Get($"integrations/{id}/health")).Expect(200);
        unknown.GetProperty("health_status").GetString().Should().Be("unknown");
        unknown.GetProperty("uptime").GetRawText().Should().Be("""{"24h":null,"7d":null}""");

        (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        await Called(hub, new IntegrationCalled(id, true, null, null, 20));
        await Called(hub, new IntegrationCalled(id, false, "auth", "Jira refused the token.", 40));
        await Called(hub, new IntegrationCalled(id, false, "timeout", "No\0 answer.", 10_000));
        var red = (await hub.Http.Get($"integrations/{id}/health")).Expect(200);
        (red.GetProperty("health_status").GetString(), red.GetProperty("reason").GetString(), red.GetProperty("message").GetString(), red.GetProperty("last_error").GetString())
            .Should().Be(("error", "auth", "Jira refused the token.", "No answer."));
        red.GetProperty("repair").GetString().Should().Contain($"PATCH /api/v1/integrations/{id}");
        red.GetProperty("uptime").GetProperty("24h").GetDouble().Should().Be(50);
        red.GetProperty("latency_ms").GetProperty("7d").GetProperty("p99").GetDouble().Should().BeGreaterThan(1000);
        red.GetProperty("next_check_at").GetDateTimeOffset().Should().BeAfter(red.GetProperty("since").GetDateTimeOffset());
        moves.Select(move => (move.From, move.To, move.Reason)).Should().Equal(("unknown", "healthy", null), ("healthy", "error", "auth"));

        var all = (await hub.Http.Get("integrations/health")).Expect(200);
        all.GetProperty("overall").GetString().Should().Be("error");
        all.GetProperty("counts").GetRawText().Should().Be("""{"healthy":0,"warning":0,"error":1,"unknown":0}""");
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { jql = "labels = hub" } })).Expect(200).GetProperty("health_status").GetString().Should().Be("unknown", "what was seen was another configuration");
    }

    [Test]
    public async Task A_breaker_takes_a_dead_integration_out_of_service_until_it_works_again()
    {
        await using var hub = await HubFixture.Start();
        var id = await Create(hub, new { base_url = "http://127.0.0.1:1", api_token = "pat-http-2" });
        for (var i = 0; i < HealthFold.BreakerOpensAfter; i++)
            await Called(hub, new IntegrationCalled(id, false, "network", "No way.", 5));
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("status").GetString().Should().Be("error");
        (await hub.Http.Get("integrations/resolve?integration_type=jira&scope_id=1")).Expect(404);
        await Called(hub, new IntegrationCalled(id, true, null, null, 5));
        (await hub.Http.Get("integrations/resolve?integration_type=jira&scope_id=1")).Expect(200).GetProperty("status").GetString().Should().Be("active");
    }

    [Test]
    public async Task The_worst_health_comes_first()
    {
        await using var hub = await HubFixture.Start();
        foreach (var (name, reason) in new[] { ("healthy", "ok"), ("warning", "network"), ("error", "auth"), ("unknown", "") })
        {
            var id = (await hub.Http.Post("integrations", new { scope_id = 1, name, integration_type = "jira", configuration = new { base_url = "http://127.0.0.1:1", api_token = "pat-http-3" } })).Expect(201).GetProperty("id").GetInt64();
            if (reason is not "")
                await Called(hub, new IntegrationCalled(id, reason is "ok", reason is "ok" ? null : reason, null, 1));
        }

        var items = (await hub.Http.Get("integrations/health")).Expect(200).GetProperty("items").EnumerateArray();
        items.Select(item => item.GetProperty("name").GetString()).Should().Equal("error", "warning", "unknown", "healthy");
        (await hub.Http.Get("integrations/health?limit=1")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        (await hub.Http.Get("integrations/health?limit=0")).Expect(400);
    }

    private sealed class Recorder(List<IntegrationHealthChanged> moves) : INotificationHandler<IntegrationHealthChanged>
    {
        public Task Handle(IntegrationHealthChanged notification, CancellationToken cancellationToken)
        {
            moves.Add(notification);
            return Task.CompletedTask;
        }
    }
}
