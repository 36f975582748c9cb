using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Jira;
using Hub.Integrations.Secrets;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;
using Hub.TestHarness;
using NUnit.Framework;
using static Hub.Integrations.Tests.ScriptedHttp;

namespace Hub.Integrations.Tests;

public sealed class ConnectionTestsJiraTests
{
    private const string Site = "https://acme.atlassian.net";
    private const string Gateway = "https://api.atlassian.com/ex/jira/8a1f2f6c-6a0e-4a4e-9a55-0c3a6a7d4b11";
    private const string Token = "ATATT3xSecretTokenOfThisTest";
    private const string Me = """{"accountId":"712020:1","displayName":"Ada","emailAddress":"ada@acme.test","timeZone":"Europe/Berlin"}""";
    private static readonly string BasicHeader = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada@acme.test:{Token}"))}";

    private static EffectiveConfiguration Subject(params (string Name, string Value)[] settings) => new(
        IntegrationsSchemas.Of() with { Id = "jira" }, null, settings.ToDictionary(s => s.Name, s => JsonSerializer.SerializeToElement(s.Value)),
        new OpenedSecrets(new Dictionary<string, string> { ["api_token"] = Token }, []), []);

    private static Task<TestOutcome> Run(ScriptedHttp http, params (string Name, string Value)[] settings) =>
        new ConnectionTester([new JiraConnectionTest()], http.Call, TimeProvider.System).Run(Subject(settings), CancellationToken.None);

    private static ScriptedHttp Cloud(string api = Site) => new ScriptedHttp()
        .On($"{Site}/rest/api/2/serverInfo", Json(200, """{"deploymentType":"Cloud","version":"1001.0.0"}"""))
        .On($"{api}/rest/api/3/mypermissions", Json(200, """{"permissions":{"BROWSE_PROJECTS":{"havePermission":true}}}"""))
        .On($"{api}/rest/api/3/project/search", Json(200, """{"total":3,"values":[{}]}"""))
        .On($"{api}/rest/api/3/myself", Json(200, Me));

    private static ScriptedHttp DataCenter(string @base = "https://jira.acme.test/jira") => new ScriptedHttp()
        .On($"{@base}/rest/api/2/serverInfo", Json(200, """{"deploymentType":"Server","version":"10.3.5"}"""))
        .On($"{@base}/rest/api/2/mypermissions", Json(404, "{}"))
        .On($"{@base}/rest/api/2/search", Json(200, """{"total":12,"issues":[]}"""))
        .On($"{@base}/rest/api/2/myself", request => Json(
            request.Headers["Authorization"] == $"Bearer {Token}" ? 200 : 401, """{"name":"ada","displayName":"Ada"}""")(request));

    [Test]
    public async Task A_cloud_site_is_proven_by_myself_with_user_and_token()
    {
        var http = Cloud();
        var outcome = await Run(http, ("base_url", $"{Site}/jira/software/projects/ENG/boards/1"), ("email", "ada@acme.test"));
        outcome.Result.Should().BeEquivalentTo(new { Success = true, Message = "Connected to Jira Cloud as Ada.", Identity = "Ada (ada@acme.test)", Reason = (string?)null, LatencyMs = 7.0 });
        outcome.Result.Steps.Select(step => step.Name).Should().Equal("config", "auth", "permission", "sample_read");
        outcome.Detected!.ToJsonString().Should().Be(
            $$"""{"deployment":"cloud","api_base":"{{Site}}","api_version":3,"auth":"basic","account_id":"712020:1","display_name":"Ada","time_zone":"Europe/Berlin"}""");
        http.Requests[0].Headers.Should().NotContainKey("Authorization", "serverInfo is asked before anything is known of who answers");
        http.Requests[1].Headers["Authorization"].Should().Be(BasicHeader);
    }

    [Test]
    public async Task A_recorded_cloud_site_is_understood()
    {
        var http = new ScriptedHttp()
            .On($"{Site}/rest/api/2/serverInfo", Json(200, Fixtures.Text("jira/rest/jira-cli/serverinfo.json")))
            .On($"{Site}/rest/api/3/myself", Json(200, Fixtures.Text("jira/rest/jira-cli/myself.json")))
            .On($"{Site}/rest/api/3/project/search", Json(200, """{"total":0,"values":[]}"""));
        var outcome = await Run(http, ("base_url", Site), ("email", "user@test.com"));
        outcome.Result.Identity.Should().Be("Person A (user@test.com)");
    }

    [Test]
    public async Task A_token_with_scopes_goes_through_the_gateway_of_its_site()
    {
        var http = Cloud(Gateway)
            .On($"{Site}/rest/api/3/myself", Json(401, """{"code":401,"message":"Unauthorized; scope does not match"}"""))
            .On($"{Site}/_edge/tenant_info", Json(200, """{"cloudId":"8a1f2f6c-6a0e-4a4e-9a55-0c3a6a7d4b11"}"""));
        var outcome = await Run(http, ("base_url", Site), ("email", "ada@acme.test"));
        outcome.Result.Success.Should().BeTrue();
        outcome.Detected!["api_base"]!.GetValue<string>().Should().Be(Gateway);
        http.Requests.Single(request => request.Url.AbsolutePath == "/_edge/tenant_info").Headers.Should().NotContainKey("Authorization");
    }

    [Test]
    public async Task A_scope_that_the_token_lacks_is_told_in_the_gateways_words()
    {
        var http = Cloud(Gateway)
            .On($"{Site}/rest/api/3/myself", Json(404, "{}"))
            .On($"{Gateway}/rest/api/3/myself", Json(401, """{"code":401,"message":"Unauthorized; scope does not match"}"""));
        var outcome = await Run(http, ("base_url", Site), ("email", "ada@acme.test"), ("cloud_id", "8a1f2f6c-6a0e-4a4e-9a55-0c3a6a7d4b11"));
        outcome.Result.Should().BeEquivalentTo(new { Success = false, Reason = "permission" });
        outcome.Result.Message.Should().Contain("scope does not match");
    }

    [TestCase("""{"cloudId":"../../evil"}""")]
    [TestCase("<html></html>")]
    public async Task A_cloud_id_that_is_none_is_not_followed(string tenant)
    {
        var http = Cloud().On($"{Site}/rest/api/3/myself", Json(401, "{}")).On($"{Site}/_edge/tenant_info", Json(200, tenant));
        (await Run(http, ("base_url", Site), ("email", "ada@acme.test"))).Result.Reason.Should().Be("auth");
        http.Requests.Should().NotContain(request => request.Url.Host == "api.atlassian.com");
    }

    [TestCase("https://acme.atlassian.net.evil.test")]
    [TestCase("https://evilatlassian.net")]
    [TestCase("https://jira.acme.test/jira")]
    public async Task Credentials_never_go_to_the_gateway_for_a_site_that_is_not_atlassians(string site)
    {
        var http = new ScriptedHttp().On($"{site}/rest/api/2/serverInfo", Json(200, """{"deploymentType":"Cloud"}"""));
        (await Run(http, ("base_url", site), ("email", "ada@acme.test"), ("cloud_id", "8a1f2f6c-6a0e-4a4e-9a55-0c3a6a7d4b11"))).Result.Success.Should().BeFalse();
        http.Requests.Should().OnlyContain(request => request.Url.Host == new Uri(site).Host);
    }

    [Test]
    public async Task A_cloud_behind_an_address_of_its_own_that_tells_little_is_known_by_its_version()
    {
        const string own = "https://jira.acme.test";
        var http = new ScriptedHttp()
            .On($"{own}/rest/api/3/myself", request => Json(request.Headers.ContainsKey("Authorization") ? 200 : 401, Me)(request))
            .On($"{own}/rest/api/3/search/jql", Json(200, """{"issues":[{"id":"10001"}],"isLast":true}"""));
        var outcome = await Run(http, ("base_url", own), ("email", "ada@acme.test"), ("project_keys", "ENG"));
        outcome.Result.Success.Should().BeTrue("issues of the project can be read, whatever the list of projects says");
        outcome.Detected!["deployment"]!.GetValue<string>().Should().Be("cloud");
        (await Run(http.On($"{own}/rest/api/3/search/jql", Json(200, """{"issues":[],"isLast":true}""")), ("base_url", own), ("email", "ada@acme.test"), ("project_keys", "ENG")))
            .Result.Should().BeEquivalentTo(new { Success = false, Reason = "not_found" });
    }

    [Test]
    public async Task A_cloud_token_without_its_e_mail_is_not_even_sent()
    {
        var http = Cloud();
        (await Run(http, ("base_url", Site))).Result.Should().BeEquivalentTo(new { Success = false, Reason = "config" });
        http.Requests.Should().OnlyContain(request => !request.Headers.ContainsKey("Authorization"));
    }

    [Test]
    public async Task A_data_center_keeps_its_context_path_and_takes_the_token_alone()
    {
        var http = DataCenter();
        var outcome = await Run(http, ("base_url", "https://jira.acme.test/jira/secure/Dashboard.jspa?x=1"));
        outcome.Result.Success.Should().BeTrue();
        outcome.Result.Steps.Should().Contain(step => step.Name == "permission" && step.Ok && step.Message!.StartsWith("Not checked"));
        outcome.Detected!.ToJsonString().Should().Contain("\"api_base\":\"https://jira.acme.test/jira\",\"api_version\":2,\"auth\":\"bearer\",\"account_id\":\"ada\"");
    }

    [Test]
    public async Task A_data_center_that_refuses_the_token_alone_is_tried_with_the_user_name()
    {
        var http = DataCenter().On("https://jira.acme.test/jira/rest/api/2/myself", request => Json(
            request.Headers["Authorization"].StartsWith("Basic ", StringComparison.Ordinal) ? 200 : 401, """{"name":"ada","displayName":"Ada"}""")(request));
        var outcome = await Run(http, ("base_url", "https://jira.acme.test/jira"), ("email", "ada"));
        outcome.Result.Success.Should().BeTrue();
        outcome.Detected!["auth"]!.GetValue<string>().Should().Be("basic");
    }

    [TestCase("pat", 1)]
    [TestCase("auto", 2)]
    public async Task Only_the_method_that_was_asked_for_is_tried(string method, int tries)
    {
        var http = DataCenter().On("https://jira.acme.test/jira/rest/api/2/myself", Json(401, "{}"));
        (await Run(http, ("base_url", "https://jira.acme.test/jira"), ("email", "ada"), ("auth_type", method))).Result.Reason.Should().Be("auth");
        http.Requests.Count(request => request.Url.AbsolutePath.EndsWith("/myself", StringComparison.Ordinal)).Should().Be(tries);
    }

    private static readonly object[] BadAnswers =
    [
        new object[] { Json(401, """{"message":"Client must be authenticated"}"""), "auth", "*refused the e-mail and token*Client must be authenticated*" },
        new object[] { Json(403, "{}"), "permission", "*may not use this Jira*" },
        new object[] { Answer(403, "text/html", "<html>", ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")), "auth", "*captcha*" },
        new object[] { Answer(401, "text/html", "<html>", ("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=x")), "auth", "*captcha*" },
        new object[] { Answer(404, "text/html", "<html>"), "not_found", "*context path*" },
        new object[] { Json(429, "{}", ("Retry-After", "5")), "rate_limited", "*throttling*" },
        new object[] { Json(503, "{}"), "provider_error", "*HTTP 503*" },
        new object[] { Answer(200, "text/html; charset=utf-8", "<!DOCTYPE html><form>"), "auth", "*login or single sign-on page*" },
        new object[] { Answer(203, "text/html", "<html>"), "auth", "*login or single sign-on page*" },
        new object[] { Answer(302, "text/html", "", ("Location", "https://sso.acme.test/login?x=1")), "auth", "*sends to sso.acme.test*" },
        new object[] { Answer(301, "text/html", "", ("Location", "https://tickets.acme.test/jira/rest/api/3/myself")), "config", "*https://tickets.acme.test/jira: set that*" },
        new object[] { Json(200, """{"displayName":"Nobody"}"""), "provider_error", "*not as Jira does*" },
        new object[] { Json(200, Me, ("X-AUSERNAME", "anonymous")), "auth", "*stranger*" },
        new object[] { Json(200, """{"name":"anonymous","displayName":"Anonymous"}"""), "provider_error", "*not as Jira does*" },
        new object[] { Json(200, """{"accountId":"\ud800"}"""), "provider_error", "*not as Jira does*" },
        new object[] { Fail(OutboundReason.Timeout, "did not answer"), "timeout", "*did not answer*" },
    ];

    [TestCaseSource(nameof(BadAnswers))]
    public async Task Only_an_account_counts_as_success(Func<OutboundRequest, OutboundResponse> myself, string reason, string message)
    {
        var outcome = await Run(Cloud().On($"{Site}/rest/api/3/myself", myself), ("base_url", Site), ("email", "ada@acme.test"));
        outcome.Result.Success.Should().BeFalse();
        outcome.Result.Reason.Should().Be(reason);
        outcome.Result.Message.Should().Match(message);
        outcome.Result.Steps[^1].Should().BeEquivalentTo(new { Name = "auth", Ok = false });
        outcome.Detected.Should().BeNull();
    }

    [TestCase(OutboundReason.Dns, "network")]
    [TestCase(OutboundReason.Connect, "network")]
    [TestCase(OutboundReason.Protocol, "network")]
    [TestCase(OutboundReason.AddressPolicy, "config")]
    [TestCase(OutboundReason.InvalidUrl, "config")]
    [TestCase(OutboundReason.Tls, "tls")]
    [TestCase(OutboundReason.Timeout, "timeout")]
    [TestCase(OutboundReason.TooLarge, "provider_error")]
    public async Task A_call_that_brings_no_answer_says_why(OutboundReason cause, string reason)
    {
        var outcome = await Run(Cloud().On($"{Site}/rest/api/2/serverInfo", Fail(cause, "no way")), ("base_url", Site), ("email", "a@b.c"));
        outcome.Result.Should().BeEquivalentTo(new { Success = false, Reason = reason, Message = "no way" });
    }

    [TestCase(500)]
    [TestCase(302)]
    [TestCase(404)]
    public async Task Server_info_may_fail(int status) =>
        (await Run(Cloud().On($"{Site}/rest/api/2/serverInfo", Answer(status, "text/html", "<html>")), ("base_url", Site), ("email", "ada@acme.test"))).Result.Success.Should().BeTrue();

    [Test]
    public async Task An_account_that_may_browse_nothing_lacks_permission()
    {
        var http = Cloud().On($"{Site}/rest/api/3/mypermissions", Json(200, """{"permissions":{"BROWSE_PROJECTS":{"havePermission":false}}}"""));
        (await Run(http, ("base_url", Site), ("email", "ada@acme.test"))).Result.Should().BeEquivalentTo(new { Success = false, Reason = "permission" });
    }

    [Test]
    public async Task Each_configured_project_is_read()
    {
        var http = Cloud().On($"{Site}/rest/api/3/project/ENG", Json(200, "{}"));
        var outcome = await Run(http, ("base_url", Site), ("email", "ada@acme.test"), ("project_keys", " ENG, OPS "));
        outcome.Result.Should().BeEquivalentTo(new { Success = false, Reason = "not_found" });
        outcome.Result.Message.Should().Contain("OPS");
    }

    [Test]
    public async Task What_jira_says_never_shows_the_credential()
    {
        var encoded = BasicHeader["Basic ".Length..];
        var http = Cloud().On($"{Site}/rest/api/3/myself", Json(401, $$"""{"message":"bad {{Token}} and {{encoded}} \u0007"}"""));
        var result = (await Run(http, ("base_url", Site), ("email", "ada@acme.test"))).Result;
        var text = JsonSerializer.Serialize(result);
        text.Should().NotContain(Token).And.NotContain(encoded).And.Contain("[redacted]");
        result.Message.Should().NotContain("\u0007");
    }

    [TestCase("https://acme.atlassian.net/browse/ENG-1", "https://acme.atlassian.net")]
    [TestCase("https://ACME.atlassian.net", "https://acme.atlassian.net")]
    [TestCase("http://jira.test:8080/", "http://jira.test:8080")]
    [TestCase("http://jira.test/tools/jira/", "http://jira.test/tools/jira")]
    [TestCase("http://jira.test/jira/browse/ENG-1", "http://jira.test/jira")]
    [TestCase("https://api.atlassian.com/ex/jira/8a1f", "https://api.atlassian.com/ex/jira/8a1f")]
    public void An_address_is_reduced_to_its_site(string given, string site) => JiraSite.Of(given).Base.Should().Be(site);
}
