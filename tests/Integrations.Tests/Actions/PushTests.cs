using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Actions;

public sealed class PushTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Token = "push-token-of-this-test-0815";

    private static async Task<long> Webhook(HubFixture hub, string url, long scope = 1, string direction = "outbound", string name = "Target") =>
        (await hub.Http.Post("integrations", new
        {
            scope_id = scope, name, integration_type = "webhook",
            configuration = new
            {
                direction, url, method = "PUT", auth_type = "bearer", auth_token = Token, secret = Secret,
                headers = new Dictionary<string, string> { ["X-Env"] = "test", ["X-Own"] = "own" },
            },
        })).Expect(201).GetProperty("id").GetInt64();

    private static Task<HubFixture> Start() => HubFixture.Start(setup => setup.Workers = false);

    [Test]
    public async Task A_payload_arrives_byte_for_byte_signed_and_authenticated()
    {
        await using var target = await StubServer.Start(_ => (202, "{}"));
        await using var hub = await Start();
        var id = await Webhook(hub, $"{target.Url}/hook");
        var answer = (await hub.Http.Post("actions/push",
            $$$"""{"integration_id":{{{id}}},"payload":{"n":1.50, "s":"ü\u00fc","list":[ ]},"headers":{"X-Own":"theirs","X-Trace":"7"}}""")).Expect(200);
        (answer.GetProperty("delivered").GetBoolean(), answer.GetProperty("status_code").GetInt32(), answer.GetProperty("attempts").GetInt32())
            .Should().Be((true, 202, 1));
        answer.GetProperty("latency_ms").GetDouble().Should().BePositive();

        var got = target.Requests.Should().ContainSingle().Subject;
        got.Body.Should().Be("""{"n":1.50, "s":"ü\u00fc","list":[ ]}""");
        got.Method.Should().Be("PUT");
        got.Headers["Authorization"].Should().Be($"Bearer {Token}");
        (got.Headers["X-Env"], got.Headers["X-Own"], got.Headers["X-Trace"], got.Headers["Content-Type"])
            .Should().Be(("test", "theirs", "7", "application/json"));
        var signed = HMACSHA256.HashData(
            Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{got.Headers["webhook-id"]}.{got.Headers["webhook-timestamp"]}.{got.Body}"));
        got.Headers["webhook-signature"].Should().Be($"v1,{Convert.ToBase64String(signed)}");
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
        var audit = (await hub.Http.Get("audit?action=action.pushed")).Expect(200).GetProperty("items")[0];
        audit.GetProperty("diff").GetProperty("status_code").GetInt32().Should().Be(202);
    }

    [Test]
    public async Task It_is_tried_again_only_where_the_target_says_when_and_with_the_same_id()
    {
        var statuses = new Queue<int>([429, 503, 200]);
        await using var target = await StubServer.Start(_ => (statuses.Dequeue(), "{}"), ("Retry-After", "0"));
        await using var hub = await Start();
        var id = await Webhook(hub, target.Url);
        var answer = (await hub.Http.Post("actions/push", new { integration_id = id, payload = new { } })).Expect(200);
        (answer.GetProperty("delivered").GetBoolean(), answer.GetProperty("attempts").GetInt32()).Should().Be((true, 3));
        target.Requests.Select(request => request.Headers["webhook-id"]).Distinct().Should().ContainSingle();
    }

    private static readonly (int Status, string? RetryAfter, int Attempts, string? Reason)[] Undelivered =
    [
        (500, "0", 1, "provider_error"), (503, null, 1, "provider_error"), (503, "3600", 1, "provider_error"), (429, "0", 3, "rate_limited"),
        (401, null, 1, "auth"), (302, null, 1, "config"), (422, null, 1, null),
    ];

    [Test]
    public async Task An_answer_that_is_no_delivery_is_told()
    {
        await using var hub = await Start();
        foreach (var (status, retryAfter, attempts, reason) in Undelivered)
        {
            await using var target = await StubServer.Start(_ => (status, "{}"), retryAfter is null ? [] : [("Retry-After", retryAfter)]);
            var id = await Webhook(hub, target.Url, name: $"Target {status} {retryAfter}");
            var answer = (await hub.Http.Post("actions/push", new { integration_id = id, payload = 1 })).Expect(200);
            (answer.GetProperty("delivered").GetBoolean(), answer.GetProperty("status_code").GetInt32(), answer.GetProperty("attempts").GetInt32())
                .Should().Be((false, status, attempts));
            target.Requests.Should().HaveCount(attempts);
            (await hub.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("reason").GetString().Should().Be(reason, $"the target said {status}");
        }
    }

    [Test]
    public async Task A_target_that_is_away_is_502_after_three_attempts()
    {
        await using var hub = await Start();
        var id = await Webhook(hub, "http://127.0.0.1:1/hook");
        var answer = (await hub.Http.Post("actions/push", new { integration_id = id, payload = new { } })).Expect(502);
        (answer.GetProperty("code").GetString(), answer.GetProperty("attempts").GetInt32()).Should().Be(("push_network", 3));
    }

    [Test]
    public async Task A_repetition_is_sent_once_and_a_new_try_has_the_same_id()
    {
        var status = 503;
        await using var target = await StubServer.Start(_ => (status, "{}"));
        await using var hub = await Start();
        var id = await Webhook(hub, target.Url);
        for (var time = 0; time < 2; time++)
            (await hub.Http.Post("actions/push", new { integration_id = id, payload = 1 }, ("Idempotency-Key", "once"))).Expect(200);
        target.Requests.Should().ContainSingle();
        status = 200;
        (await hub.Http.Post("actions/push", new { integration_id = id, payload = 2 }, ("Idempotency-Key", "twice"))).Expect(200);
        target.Requests.Select(request => request.Headers["webhook-id"]).Distinct().Should().HaveCount(2);
    }

    [Test]
    public async Task Only_an_enabled_outbound_webhook_can_be_pushed_to()
    {
        await using var target = await StubServer.Start(_ => (200, "{}"));
        await using var hub = await Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var id = await Webhook(hub, target.Url);
        (await (await hub.ClientWith("admin", tenant)).Post("actions/push", new { integration_id = id, payload = 1 })).Expect(404);
        (await hub.Http.Patch($"integrations/{id}/status", new { enabled = false })).Expect(200);
        await Refused(id, "integration_disabled");
        await Refused(await Webhook(hub, target.Url, direction: "inbound", name: "In"), "inbound_only");
        await Refused((await hub.Http.Post("integrations", new
        {
            scope_id = 1, name = "Mail", integration_type = "smtp", configuration = new { host = "mail.example.com", from_address = "hub@example.com" },
        })).Expect(201).GetProperty("id").GetInt64(), "not_a_webhook_integration");
        target.Requests.Should().BeEmpty();

        async Task Refused(long integration, string code) =>
            (await hub.Http.Post("actions/push", new { integration_id = integration, payload = 1 })).Expect(409).GetProperty("code").GetString()
                .Should().Be(code);
    }

    [Test]
    public async Task Headers_that_authenticate_or_frame_cannot_be_given()
    {
        await using var hub = await Start();
        var id = await Webhook(hub, "http://127.0.0.1:1/");
        foreach (var (name, value) in new[]
        {
            ("Authorization", "x"), ("host", "x"), ("Content-Length", "1"), ("content-type", "text/plain"), ("webhook-signature", "v1,x"), ("Webhook-Id", "x"),
            ("X-Signature", "x"), ("X Bad", "x"), ("X-Bad", "a\r\nAuthorization: b"), ("X-Bad", "ü"), ("", "x"),
        })
            (await hub.Http.Post("actions/push", new { integration_id = id, payload = 1, headers = new Dictionary<string, string> { [name] = value } })).Expect(400)
                .GetProperty("errors").TryGetProperty($"headers.{name}", out _).Should().BeTrue(name);
    }

    [Test]
    public async Task A_payload_is_needed_and_limited()
    {
        await using var hub = await Start();
        var id = await Webhook(hub, "http://127.0.0.1:1/");
        (await hub.Http.Post("actions/push", new { integration_id = id })).Expect(400).GetProperty("errors").TryGetProperty("payload", out _)
            .Should().BeTrue();
        (await hub.Http.Post("actions/push", new { integration_id = id, payload = new string('x', 1024 * 1024) })).Expect(413);
    }
}
