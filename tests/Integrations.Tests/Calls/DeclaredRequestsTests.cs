using FluentAssertions;
using Hub.Integrations.ConnectionTests;
using Hub.Schemas.Contracts;
using NUnit.Framework;
using static Hub.Integrations.Tests.Calls.DescribedTests;
using static Hub.Integrations.Tests.ScriptedHttp;

namespace Hub.Integrations.Tests.Calls;

public sealed class DeclaredRequestsTests
{
    [Test]
    public async Task Requests_follow_and_one_that_fails_is_a_lack_of_permission()
    {
        const string then = """
            ,"then":[{"name":"org","method":"GET","url":"{base}/org","expect":{"status":[200]},"identity":"{$.name}",
                      "explain":[{"status":[403],"ok":true,"message":"The token may not read the organization."}]},
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
