using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Calls;
using Hub.Integrations.ConnectionTests;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using static Hub.Integrations.Tests.ScriptedHttp;

namespace Hub.Integrations.Tests.Calls;

public sealed class DeclaredTestTests
{
    private const string None = """{"methods":[{"kind":"none"}]}""";
    private const string Base = "https://provider.test/root";

    private static string Get(string more = "", string expect = """{"status":[200],"json":[{"path":"$.name","exists":true}]}""") =>
        $$"""{"method":"GET","url":"{base}/me","expect":{{expect}},"identity":"{$.name}"{{more}}}""";

    private static string Plain(string url) => """{"method":"GET","url":"URL","expect":{"status":[200]}}""".Replace("URL", url);

    private static Sample Asking(string test, string @base = Base) => new Sample(None, test).With("base", @base, FieldType.Url);

    private static Task<TestOutcome> Run(string test, Func<OutboundRequest, OutboundResponse> answer) => Asking(test).Test(new ScriptedHttp().On($"{Base}/me", answer).Call);

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
        new object[] { Answer(403, "text/html", "<html>"), "provider_error", "A web page came where Sample's API should answer (HTTP 403): a proxy or a log-in page is in the way, or the address is not the API's." },
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

    [Test]
    public async Task Requests_follow_and_one_that_fails_is_a_lack_of_permission()
    {
        const string then = """
            ,"then":[{"name":"org","method":"GET","url":"{base}/org","expect":{"status":[200]},"identity":"{$.name}","explain":[{"status":[403],"ok":true,"message":"The token may not read the organization."}]},
                     {"when":{"field":"absent","present":true},"method":"GET","url":"{base}/never","expect":{"status":[200]}},
                     {"method":"GET","url":"{base}/keys","expect":{"status":[200]},"then":[{"method":"GET","url":"{base}/deep","expect":{"status":[200]}}]}]
            """;
        var http = new ScriptedHttp().On($"{Base}/me", Json(200, """{"name":"ada"}""")).On($"{Base}/org", Json(403, "{}")).On($"{Base}/keys", Json(200, "{}"))
            .On($"{Base}/deep", Json(401, "{}"));
        var outcome = await Asking(Get(then)).Without("absent").Test(http.Call);
        outcome.Result.Steps.Select(step => (step.Name, step.Ok)).Should()
            .Equal(("config", true), ("auth", true), ("permission", true), ("permission", true), ("permission", false));
        (outcome.Result.Reason, outcome.Result.Identity).Should().Be(("auth", null));
        http.Requests.Select(request => request.Url.AbsolutePath).Should().Equal("/root/me", "/root/org", "/root/keys", "/root/deep");
    }

    [Test]
    public async Task Another_request_is_tried_where_the_first_answer_proves_nothing()
    {
        const string second = """,  "explain":[{"status":[404],"try":{"method":"GET","url":"{base}/old","expect":{"status":[200]},"identity":"old {$.name}"}}]""";
        var http = new ScriptedHttp().On($"{Base}/me", Json(404, "{}")).On($"{Base}/old", Json(200, """{"name":"ada"}"""));
        (await Asking(Get(second)).Test(http.Call)).Result.Should().BeEquivalentTo(new { Success = true, Identity = "old ada" });
        http.On($"{Base}/old", Json(401, "{}"));
        (await Asking(Get(second)).Test(http.Call)).Result.Should().BeEquivalentTo(new { Success = false, Reason = "auth" });
    }

    [TestCase("classic", "/v1")]
    [TestCase("grail", "/v2")]
    public async Task The_first_test_whose_condition_holds_is_made(string mode, string path)
    {
        var http = new ScriptedHttp().On($"{Base}{path}", Json(200, """{"name":"ada"}"""));
        var sample = Asking("""
            {"one_of":[{"when":{"field":"mode","values":["classic"]},"method":"GET","url":"{base}/v1","expect":{"status":[200]}},{"method":"GET","url":"{base}/v2","expect":{"status":[200]}}]}
            """).With("mode", mode, FieldType.Select);
        (await sample.Test(http.Call)).Result.Success.Should().BeTrue();
    }

    [Test]
    public async Task Where_nothing_can_be_asked_nothing_is_said_about_health()
    {
        var outcome = await Asking(Get(""","when":{"field":"mode","values":["graph"]}""")).With("mode", "webhook", FieldType.Select).Test(new ScriptedHttp().Call);
        (outcome.Result.Success, outcome.Observed).Should().Be((true, false));
        outcome.Result.Message.Should().StartWith("Configured.");
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

    [Test]
    public async Task A_graphql_body_keeps_its_braces_and_its_numbers_and_escapes_what_is_put_in()
    {
        await using var provider = await FakeProvider.Start(_ => (200, """{"data":{"viewer":{"name":"ada"}}}"""));
        var sample = new Sample(None, """
            {"method":"POST","url":"{base}/graphql","body":{"json":{"query":"query($id: Int!) { actor { account(id: $id) { name } } }",
             "variables":{"id":"{account}","flag":"{flag}","text":"a {quote} b","gone":"{empty}","kept":"","list":["{empty}","{quote}",1.50]}}},
             "expect":{"status":[200],"json":[{"path":"$.errors","exists":false}]},"identity":"{$.data.viewer.name}"}
            """).With("base", provider.Url, FieldType.Url).With("account", "1234567", FieldType.Integer).With("flag", "false", FieldType.Boolean)
            .With("quote", "\"}\\ ünicode \n").Without("empty");
        (await sample.Test(provider.Direct)).Result.Identity.Should().Be("ada");
        provider.Requests.Single().Body.Should().Be(
            """{"query":"query($id: Int!) { actor { account(id: $id) { name } } }","variables":{"id":1234567,"flag":false,"text":"a \"}\\ ünicode \n b","kept":"","list":["\"}\\ ünicode \n",1.50]}}""");
    }

    [TestCase("{base}/{name}", "a/b c", "/a%2Fb%20c")]
    [TestCase("{base}/{+name}", "a/b c", "/a/b%20c")]
    [TestCase("{base}/x?q={name}", "a&b=c#d", "/x?q=a%26b%3Dc%23d")]
    [TestCase("{base}/x?since={@now-5m}", "", "/x?since=2026-03-01T11%3A55%3A00Z")]
    [TestCase("{base}/x?day={@now-2d}", "", "/x?day=2026-02-27T12%3A00%3A00Z")]
    [TestCase("{base}/{path(site)}/y", "", "//sites/eng/y")]
    [TestCase("{base}/x/{host(site)}:{path(site)}", "", "/x/acme.sharepoint.test:/sites/eng")]
    public async Task An_address_is_encoded_as_its_placeholders_say(string url, string name, string target)
    {
        await using var provider = await FakeProvider.Start(_ => (200, "{}"));
        var sample = new Sample(None, Plain(url))
            .With("base", $"{provider.Url}/", FieldType.Url).With("name", name).With("site", "https://acme.sharepoint.test/sites/eng/", FieldType.Url);
        (await sample.Test(provider.Direct)).Result.Success.Should().BeTrue();
        provider.Requests.Single().Target.Should().Be(target);
    }

    [TestCase("{base}/repos/{+name}", "../../admin", "must not be . or ..")]
    [TestCase("{base}/{name}", "..", "must not be . or ..")]
    [TestCase("https://{name}.provider.test/", "evil.test/?", "do not make a web address")]
    [TestCase("https://{name}/", "", "do not make a web address")]
    [TestCase("{name}", "ftp://x", "do not make a web address")]
    [TestCase("{missing}/x", "x", "do not make a web address")]
    public async Task A_value_cannot_lead_to_another_address(string url, string name, string words)
    {
        var http = new ScriptedHttp();
        var result = (await Asking(Plain(url)).With("name", name).Without("missing").Test(http.Call)).Result;
        (result.Reason, result.Steps[^1].Name).Should().Be(("config", "config"));
        result.Message.Should().Contain(words);
        http.Requests.Should().BeEmpty();
    }

    [TestCase("http://169.254.169.254/latest/meta-data", "address_policy")]
    [TestCase("http://10.1.2.3", "address_policy")]
    [TestCase("https://[::1]:1", "address_policy")]
    [TestCase("https://user:pa55word@provider.test", "config")]
    [TestCase("http://nowhere.invalid", "dns")]
    public async Task An_address_that_must_not_be_called_is_not(string @base, string step)
    {
        using var http = new OutboundHttp(new AddressPolicy([]), Microsoft.Extensions.Logging.Abstractions.NullLogger<OutboundHttp>.Instance);
        var result = (await Asking(Get(), @base).Test(http.Send)).Result;
        (result.Success, result.Reason, result.Steps[^1].Name).Should().Be((false, step is "dns" ? "network" : "config", step), result.Message);
        JsonSerializer.Serialize(result).Should().NotContain("pa55word");
    }

    [Test]
    public async Task A_later_request_to_a_private_address_is_refused_by_name()
    {
        await using var provider = await FakeProvider.Start(sent => (200, """{"name":"ada","access_token":"t0ken","next":"http://10.0.0.1"}"""));
        var sample = new Sample("""{"methods":[{"kind":"token_request","request":{"method":"POST","url":"{base}/token"},"token":"$.access_token"}]}""",
            """{"method":"GET","url":"{token.next}/me","expect":{"status":[200]}}""").With("base", provider.Url, FieldType.Url);
        var result = (await sample.Test(provider.Direct)).Result;
        (result.Reason, result.Steps[^1].Name).Should().Be(("config", "address_policy"));
    }

    [Test]
    public async Task A_redirect_is_not_followed_whatever_it_leads_to()
    {
        await using var provider = await FakeProvider.Start((sent, context) =>
        {
            context.Response.Redirect(sent.Path == "/me" ? "http://169.254.169.254/latest" : "/never");
            return Task.CompletedTask;
        });
        (await Asking(Get(), provider.Url).Test(provider.Direct)).Result.Reason.Should().Be("config");
        provider.Requests.Should().HaveCount(1);
    }

    [Test]
    public async Task A_body_without_end_is_cut_off()
    {
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            context.Response.ContentType = "application/json";
            var chunk = new byte[256 * 1024];
            Array.Fill(chunk, (byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });
        var result = (await Asking(Get(), provider.Url).Test(provider.Direct)).Result;
        (result.Reason, result.Message.Contains("larger than", StringComparison.Ordinal)).Should().Be(("provider_error", true));
    }

    [Test]
    public async Task A_body_that_announces_two_gigabytes_is_not_even_read()
    {
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            context.Response.ContentLength = 2L * 1024 * 1024 * 1024;
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            await context.Response.Body.FlushAsync();
        });
        (await Asking(Get(), provider.Url).Test(provider.Direct)).Result.Reason.Should().Be("provider_error");
    }

    [Test]
    public async Task Every_call_of_a_test_has_ten_seconds_and_all_have_thirty()
    {
        var limits = new List<TimeSpan>();
        HttpCall watched = (request, _, _) =>
        {
            limits.Add(request.Timeout);
            return Task.FromResult(Json(200, """{"name":"ada"}""")(request));
        };
        await Asking(Get(",\"then\":[{\"method\":\"GET\",\"url\":\"{base}/b\",\"expect\":{\"status\":[200]}}]")).Test(watched);
        limits.Should().HaveCount(2).And.OnlyContain(limit => limit <= TimeSpan.FromSeconds(10) && limit > TimeSpan.FromSeconds(9));
    }

    [Test]
    public async Task A_test_message_is_signed_as_the_types_deliveries_are()
    {
        await using var provider = await FakeProvider.Start(_ => (202, ""));
        var sample = new Sample(None, """{"method":"POST","url":"{base}/hook","body":{"json":{"type":"hub.test","at":"{@now}"}},"signed":true,"expect":{"status":["2xx"]}}""")
        {
            Webhook = """
                {"verifications":[{"kind":"hmac","header":"X-Never","secret_field":"unset","content":"{body}"},
                 {"kind":"hmac","header":"{header_name}","secret_field":"secret","prefix":"v1=","content":"{id}.{timestamp}.{body}","id_header":"X-Id","timestamp_header":"X-At",
                  "timestamp_format":"ms","secret_prefix":"whsec_","secret_encoding":"base64","encoding":"base64"}]}
                """,
        }.With("base", provider.Url, FieldType.Url).With("header_name", "X-Signature").Secret("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        (await sample.Test(provider.Direct)).Result.Success.Should().BeTrue();
        var sent = provider.Requests.Single();
        sent.Body.Should().Be("""{"type":"hub.test","at":"2026-03-01T12:00:00Z"}""");
        sent.Header("X-At").Should().Be("1772366400000");
        var mac = System.Security.Cryptography.HMACSHA256.HashData(
            Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), System.Text.Encoding.UTF8.GetBytes($"{sent.Header("X-Id")}.1772366400000.{sent.Body}"));
        sent.Header("X-Signature").Should().Be($"v1={Convert.ToBase64String(mac)}");
    }

    [Test]
    public void A_kind_of_its_own_is_held_by_the_type_of_that_name()
    {
        var tester = new ConnectionTester([new Conversation()], new ScriptedHttp().Call, TimeProvider.System);
        var subject = new Sample(None, """{"kind":"smtp","host":"x","port":"1","security":"none","sender":"a@b.c"}""").Subject;
        tester.Invoking(one => one.RequireTestable(subject.Schema)).Should().NotThrow();
        new ConnectionTester([], new ScriptedHttp().Call, TimeProvider.System).Invoking(one => one.RequireTestable(subject.Schema))
            .Should().Throw<SharedKernel.Problems.ConflictException>();
    }

    private sealed class Conversation : IConnectionTest
    {
        public string Type => "smtp";

        public Task<Finding> Run(Integrations.EffectiveConfiguration subject, TestProbe probe, CancellationToken ct) => Task.FromResult(new Finding("held", null, null, null));
    }
}
