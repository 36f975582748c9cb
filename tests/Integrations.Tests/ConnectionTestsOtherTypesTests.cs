using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Github;
using Hub.Integrations.ConnectionTests.Webhook;
using Hub.Integrations.Secrets;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;
using NUnit.Framework;
using static Hub.Integrations.Tests.ScriptedHttp;

namespace Hub.Integrations.Tests;

public sealed class ConnectionTestsOtherTypesTests
{
    private const string Api = "https://api.github.com";

    private static EffectiveConfiguration Subject(string type, (string Name, string Value)[] settings, params (string Name, string Value)[] secrets) => new(
        IntegrationsSchemas.Of() with { Id = type }, null, settings.ToDictionary(s => s.Name, s => JsonSerializer.SerializeToElement(s.Value)),
        new OpenedSecrets(secrets.ToDictionary(s => s.Name, s => s.Value), []), []);

    private static Task<TestOutcome> Run(ScriptedHttp http, EffectiveConfiguration subject) => new ConnectionTester(
        [new GithubConnectionTest(), new WebhookConnectionTest(TimeProvider.System)], http.Call, TimeProvider.System).Run(subject, CancellationToken.None);

    private static Task<TestOutcome> RunGithub(ScriptedHttp http) =>
        Run(http, Subject("github_repos", [("base_url", Api), ("repository", "acme/api")], ("access_token", "github_pat_SecretOfThisTest1234")));

    private static ScriptedHttp Github() => new ScriptedHttp()
        .On($"{Api}/user", Json(200, """{"login":"ada","id":7}""", ("github-authentication-token-expiration", "2026-12-31 10:00:00 UTC")))
        .On($"{Api}/repos/acme/api", Json(200, """{"id":99,"full_name":"acme/api","default_branch":"main"}"""))
        .On($"{Api}/repos/acme/api/commits", Json(200, "[]"));

    [Test]
    public async Task A_repository_is_proven_by_user_access_and_contents()
    {
        var outcome = await RunGithub(Github());
        outcome.Result.Should().BeEquivalentTo(new { Success = true, Identity = "ada", Message = "Connected to acme/api as ada." });
        outcome.Result.Steps.Select(step => step.Name).Should().Equal("config", "auth", "permission", "sample_read");
        outcome.Detected!["credential_expires_at"]!.GetValue<string>().Should().StartWith("2026-12-31T10:00:00");
    }

    [Test]
    public async Task A_renamed_and_an_empty_repository_work()
    {
        var http = Github().On($"{Api}/repos/acme/api", Json(200, """{"id":99,"full_name":"acme/core"}""")).On($"{Api}/repos/acme/core/commits", Json(409, "{}"));
        var outcome = await RunGithub(http);
        outcome.Result.Message.Should().Contain("now called acme/core");
        outcome.Result.Steps[^1].Message.Should().Be("The repository is empty");
    }

    [Test]
    public async Task The_token_of_an_installation_has_no_user()
    {
        var http = Github().On($"{Api}/user", Json(403, """{"message":"Resource not accessible by integration"}"""));
        (await RunGithub(http)).Result.Success.Should().BeTrue();
    }

    private static readonly object[] Refusals =
    [
        new object[] { "/user", Json(401, """{"message":"Bad credentials"}"""), "auth" },
        new object[] { "/user", Json(403, """{"message":"no"}""", ("X-RateLimit-Remaining", "0")), "rate_limited" },
        new object[] { "/user", Json(429, "{}"), "rate_limited" },
        new object[] { "/user", Json(403, """{"message":"You have exceeded a secondary rate limit"}"""), "rate_limited" },
        new object[] { "/user", Answer(200, "text/html", "<html>"), "provider_error" },
        new object[] { "/repos/acme/api", Json(404, "{}"), "not_found" },
        new object[] { "/repos/acme/api", Json(403, "{}", ("X-GitHub-SSO", "required; url=https://x")), "permission" },
        new object[] { "/repos/acme/api/commits", Json(403, """{"message":"Resource not accessible by personal access token"}"""), "permission" },
        new object[] { "/repos/acme/api/commits", Json(502, "{}"), "provider_error" },
    ];

    [TestCaseSource(nameof(Refusals))]
    public async Task A_refusal_of_github_has_a_reason(string path, Func<OutboundRequest, OutboundResponse> answer, string reason) =>
        (await RunGithub(Github().On($"{Api}{path}", answer))).Result.Should().BeEquivalentTo(new { Success = false, Reason = reason });

    [Test]
    public async Task An_inbound_webhook_waits_and_says_nothing_about_health()
    {
        var http = new ScriptedHttp();
        var outcome = await Run(http, Subject("webhook", [("direction", "inbound"), ("signing_scheme", "standard_webhooks")], ("secret", "whsec_AAAA")));
        outcome.Result.Success.Should().BeTrue();
        outcome.Result.Message.Should().Contain("Waiting for a signed delivery");
        outcome.Observed.Should().BeFalse();
        http.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task An_inbound_webhook_without_its_secret_cannot_work() =>
        (await Run(new ScriptedHttp(), Subject("webhook", [("direction", "inbound"), ("signing_scheme", "standard_webhooks")]))).Result.Reason.Should().Be("config");

    [Test]
    public async Task An_outbound_webhook_is_sent_signed_with_its_method_headers_and_credentials()
    {
        var http = new ScriptedHttp().On("https://target.test/hook", Answer(204, "text/plain", ""));
        var subject = Subject(
            "webhook", [("direction", "both"), ("url", "https://target.test/hook"), ("method", "PUT"), ("auth_type", "header"), ("auth_header", "X-Api-Key"), ("signing_scheme", "standard_webhooks")],
            ("auth_token", "key-of-this-test"), ("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        (await Run(http, subject)).Result.Should().BeEquivalentTo(new { Success = true, Identity = "HTTP 204" });
        var sent = http.Requests.Single();
        sent.Method.Should().Be(HttpMethod.Put);
        sent.Headers["X-Api-Key"].Should().Be("key-of-this-test");
        var body = Encoding.UTF8.GetString(sent.Body!.Value.Span);
        body.Should().StartWith("""{"type":"hub.test","timestamp":""");
        var signed = HMACSHA256.HashData(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Encoding.UTF8.GetBytes($"{sent.Headers["webhook-id"]}.{sent.Headers["webhook-timestamp"]}.{body}"));
        sent.Headers["webhook-signature"].Should().Be($"v1,{Convert.ToBase64String(signed)}");
    }

    [Test]
    public void A_published_signature_vector_matches()
    {
        var settings = new Dictionary<string, JsonElement>
        {
            ["signing_scheme"] = JsonElement.Parse("\"hmac_sha256\""),
            ["signature_prefix"] = JsonElement.Parse("\"sha256=\""),
            ["signature_header"] = JsonElement.Parse("\"X-Hub-Signature-256\""),
        };
        WebhookSignature.Of(settings, "It's a Secret to Everybody", "Hello, World!"u8.ToArray(), Guid.Empty, DateTimeOffset.UnixEpoch)["X-Hub-Signature-256"]
            .Should().Be("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    }

    [TestCase(401, "auth")]
    [TestCase(403, "permission")]
    [TestCase(410, "not_found")]
    [TestCase(429, "rate_limited")]
    [TestCase(302, "config")]
    [TestCase(422, "provider_error")]
    [TestCase(500, "provider_error")]
    public async Task A_target_that_does_not_accept_has_a_reason(int status, string reason)
    {
        var http = new ScriptedHttp().On("https://target.test/hook", Answer(status, "text/plain", ""));
        (await Run(http, Subject("webhook", [("direction", "outbound"), ("url", "https://target.test/hook")]))).Result.Should().BeEquivalentTo(new { Success = false, Reason = reason });
    }
}
