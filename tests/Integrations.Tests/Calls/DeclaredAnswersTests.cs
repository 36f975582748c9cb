using FluentAssertions;
using Hub.SharedKernel.Outbound;
using NUnit.Framework;
using static Hub.Integrations.Tests.Calls.DescribedTests;
using static Hub.Integrations.Tests.ScriptedHttp;

namespace Hub.Integrations.Tests.Calls;

public sealed class DeclaredAnswersTests
{
    private static readonly object[] Answers =
    [
        new object[] { Json(401, """{"message":"Bad credentials"}"""), "auth", "auth", "Bad credentials" },
        new object[] { Answer(401, "text/html", "<html>Log in</html>"), "auth", "auth", "HTTP 401" },
        new object[] { Json(403, """{"error":{"message":"no scope"}}"""), "permission", "permission", "no scope" },
        new object[] { Answer(403, "text/html", "<!doctype html><p>Blocked by proxy"), "provider_error", "auth", "web page" },
        new object[] { Json(404, """{"detail":"gone"}"""), "not_found", "auth", "gone" },
        new object[] { Json(429, "{}"), "rate_limited", "auth", "nothing is known to be wrong" },
        new object[] { Json(500, """{"errors":[{"message":"oops"}]}"""), "provider_error", "auth", "oops" },
        new object[] { Answer(503, "text/html", "<html>"), "provider_error", "auth", "HTTP 503" },
        new object[] { Json(203, """{"name":"ada"}"""), "provider_error", "auth", "HTTP 203" },
        new object[] { Json(302, "", ("Location", "https://login.test/sso?next=secret")), "config", "auth", "redirects to login.test/sso:" },
        new object[] { Answer(200, "text/html; charset=utf-8", """{"name":"ada"}"""), "provider_error", "auth", "web page" },
        new object[] { Answer(200, "text/plain", "  <!DOCTYPE HTML><title>Sign in</title>"), "provider_error", "auth", "web page" },
        new object[] { Answer(200, "application/json", "name: ada"), "provider_error", "auth", "without JSON" },
        new object[] { Answer(200, "application/json", ""), "provider_error", "auth", "without JSON" },
        new object[] { Json(200, new string('[', 10_000)), "provider_error", "auth", "without JSON" },
        new object[] { Json(200, """{"title":"ada"}"""), "provider_error", "auth", "without $.name" },
        new object[] { Json(200, """{"name":null}"""), "provider_error", "auth", "without $.name" },
        new object[] { Json(200, """{"errors":[{"message":"Cannot query"}]}"""), "provider_error", "auth", "Cannot query" },
    ];

    [TestCaseSource(nameof(Answers))]
    public async Task An_answer_that_is_not_hoped_for_has_a_reason(Func<OutboundRequest, OutboundResponse> answer, string reason, string step, string words)
    {
        var result = (await Run(Get(), answer)).Result;
        (result.Success, result.Reason, result.Steps[^1].Name, result.Steps[^1].Ok).Should().Be((false, reason, step, false));
        result.Message.Should().Contain(words).And.NotContain("<").And.NotContain("secret");
        if (reason is "permission")
            result.Steps.Should().ContainSingle(done => done.Name == "auth" && done.Ok, "who is known but not let in has a valid credential");
    }

    private static readonly object[] Faults =
    [
        new object[] { OutboundReason.Dns, "network", "dns" },
        new object[] { OutboundReason.AddressPolicy, "config", "address_policy" },
        new object[] { OutboundReason.Connect, "network", "connect" },
        new object[] { OutboundReason.Tls, "tls", "tls" },
        new object[] { OutboundReason.Timeout, "timeout", "auth" },
        new object[] { OutboundReason.TooLarge, "provider_error", "auth" },
        new object[] { OutboundReason.Protocol, "network", "auth" },
        new object[] { OutboundReason.InvalidUrl, "config", "config" },
    ];

    [TestCaseSource(nameof(Faults))]
    public async Task A_call_without_an_answer_blames_its_step(OutboundReason fault, string reason, string step)
    {
        var result = (await Run(Get(), Fail(fault, "It did not work."))).Result;
        (result.Reason, result.Steps[^1].Name, result.Message).Should().Be((reason, step, "It did not work."));
    }

    private const string Slack = """
        ,"explain":[{"status":[200],"json":[{"path":"$.ok","equals":false}],"ok":false,"reason":"auth","message":"Slack refused the token."},
                    {"status":["4xx"],"ok":true,"reason":"permission","message":"The key is valid but may not list."}]
        """;

    private static readonly object[] Explained =
    [
        new object[] { Json(200, """{"ok":false,"error":"invalid_auth"}"""), "auth", "Slack refused the token. It says: invalid_auth" },
        new object[] { Json(403, "{}"), null!, "Connected to Sample: The key is valid but may not list." },
        new object[]
        {
            Answer(403, "text/html", "<html>"), "provider_error",
            "A web page came where Sample's API should answer (HTTP 403): a proxy or a log-in page is in the way, or the address is not the API's.",
        },
        new object[] { Json(200, """{"ok":true,"name":"ada"}"""), null!, "Connected to Sample: ada." },
    ];

    [TestCaseSource(nameof(Explained))]
    public async Task A_document_explains_answers_of_its_provider(Func<OutboundRequest, OutboundResponse> answer, string? reason, string message)
    {
        var result = (await Run(Get(Slack), answer)).Result;
        (result.Success, result.Reason, result.Message).Should().Be((reason is null, reason, message));
    }

    [Test]
    public async Task A_web_page_can_be_explained_as_a_refusal()
    {
        const string azure = """,  "explain":[{"status":[203,302],"ok":false,"reason":"auth","message":"The token is expired: a sign-in page came."}]""";
        foreach (var answer in new[] { Answer(203, "text/html", "<html>Sign in</html>"), Answer(302, "text/html", "", ("Location", "/_signin")) })
            (await Run(Get(azure), answer)).Result.Reason.Should().Be("auth");
    }

    [TestCase("""{"path":"$.valid","equals":true}""", """{"valid":true}""", true)]
    [TestCase("""{"path":"$.valid","equals":true}""", """{"valid":"true"}""", false)]
    [TestCase("""{"path":"$.n","equals":1}""", """{"n":1.0}""", true)]
    [TestCase("""{"path":"$.n","equals":1}""", """{"n":1e400}""", false)]
    [TestCase("""{"path":"$.n","equals":null}""", """{"n":null}""", true)]
    [TestCase("""{"path":"$.n","equals":null}""", "{}", true)]
    [TestCase("""{"path":"$.n","equals":null}""", """{"n":0}""", false)]
    [TestCase("""{"path":"$.user.name","not_equals":"system:anonymous"}""", """{"user":{"name":"system:anonymous"}}""", false)]
    [TestCase("""{"path":"$.user.name","not_equals":"system:anonymous"}""", """{"user":{"name":"ada"}}""", true)]
    [TestCase("""{"path":"$.errors","exists":false}""", """{"errors":[]}""", false)]
    [TestCase("""{"path":"$.errors","exists":false}""", """{"errors":null}""", true)]
    [TestCase("""{"path":"$.data[1][0]|$.alt","exists":true}""", """{"data":[[],["x"]]}""", true)]
    [TestCase("""{"path":"$.data[1][0]|$.alt","exists":true}""", """{"data":[[]],"alt":0}""", true)]
    [TestCase("""{"path":"$.data[1][0]|$.alt","exists":true}""", """{"data":{"1":[1]}}""", false)]
    [TestCase("""{"path":"$.data[99999999999]","exists":true}""", """{"data":[1]}""", false)]
    [TestCase("""{"path":"$[0].a","exists":true}""", """[{"a":1}]""", true)]
    public async Task A_condition_on_the_body_decides(string condition, string body, bool holds)
    {
        var result = (await Run(Get(expect: $$"""{"status":["2xx"],"json":[{{condition}}]}"""), Json(200, body))).Result;
        result.Success.Should().Be(holds);
        if (!holds)
            result.Reason.Should().Be(condition.Contains("\"exists\":true") ? "provider_error" : "auth", "a no is a refusal, a missing value somebody else's answer");
    }

    [TestCase("{$.nick|$.name}", """{"name":"ada"}""", "ada")]
    [TestCase("{$.user} in {$.team}", """{"team":"acme"}""", " in acme")]
    [TestCase("{$.user} in {$.team}", "{}", null)]
    [TestCase("{count($.list)} things", """{"list":[1,2]}""", "2 things")]
    [TestCase("{count($.list)} things", "{}", "0 things")]
    [TestCase("HTTP {status}", "{}", "HTTP 200")]
    [TestCase("{header(X-Scopes)}", "{}", "repo, gist")]
    [TestCase("{$.n}", """{"n":12345678901234567890123}""", "12345678901234567890123")]
    [TestCase("{$.n}", """{"n":{"a":1}}""", null)]
    [TestCase("{$.n}", """{"n":"a\ud800b"}""", null)]
    [TestCase("{$.n}", """{"n":"two\nlines\u0007"}""", "twolines")]
    [TestCase("{region} {key}", "{}", "eu ")]
    public async Task Whom_the_credential_belongs_to_is_read_from_the_answer(string template, string body, string? identity)
    {
        var test = $$"""{"method":"GET","url":"{base}/me","expect":{"status":[200]},"identity":"{{template}}"}""";
        var outcome = await Asking(test).With("region", "eu").Secret("key", "s3cret-key").Test(new ScriptedHttp().On($"{Base}/me", Json(200, body, ("X-Scopes", "repo, gist"))).Call);
        outcome.Result.Identity.Should().Be(identity);
    }

    [TestCase("""{"ends":"2026-12-31"}""", null, "2026-12-31T00:00:00")]
    [TestCase("""{"ends":"2026-12-31T10:00:00+02:00"}""", null, "2026-12-31T08:00:00")]
    [TestCase("""{"ends":1798711200}""", null, "2026-12-31T10:00:00")]
    [TestCase("{}", "2026-12-31 10:00:00 UTC", "2026-12-31T10:00:00")]
    [TestCase("""{"ends":"never"}""", null, null)]
    [TestCase("""{"ends":99999999999999}""", null, null)]
    [TestCase("{}", null, null)]
    public async Task When_the_credential_ends_is_kept(string body, string? header, string? expected)
    {
        var template = header is null ? "{$.ends}" : "{header(github-authentication-token-expiration)}";
        var outcome = await Run(
            $$"""{"method":"GET","url":"{base}/me","expect":{"status":[200]},"expires":"{{template}}"}""",
            Json(200, body, [.. header is null ? [] : new[] { ("github-authentication-token-expiration", header) }]));
        var found = outcome.Detected!["credential_expires_at"]?.GetValue<string>();
        if (expected is null)
            found.Should().BeNull();
        else
            found.Should().StartWith(expected);
    }
}
