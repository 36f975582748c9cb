using FluentAssertions;
using Hub.Integrations.Calls;
using Hub.Schemas.Contracts;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class TokenAuthenticationTests
{
    private const string Me = """{"method":"GET","url":"{base}/me","expect":{"status":[200],"json":[{"path":"$.name","exists":true}]},"identity":"{$.name}"}""";

    private const string Granted = """{"access_token":"granted-token-1","token_type":"Bearer","expires_in":3600}""";

    private static Sample Client(FakeProvider provider, string auth = "body", string more = "", string test = Me) => new Sample($$"""
        {"methods":[{"kind":"oauth2_client_credentials","token_url":"{base}/{tenant}/token","client_id":"{client_id}","client_secret":"{client_secret}",
                     "scope":"{scope}","client_auth":"{{auth}}"{{more}}}]}
        """, test).With("base", provider.Url, FieldType.Url).With("tenant", "acme inc").With("client_id", "app:1").With("scope", "read:all offline")
        .Secret("client_secret", "s3cret+/=of this test");

    private static Task<FakeProvider> Provider(Func<FakeProvider.Sent, (int Status, string Body)> token) => FakeProvider.Start(sent => sent.Path switch
    {
        "/me" => sent.Header("Authorization") is "Bearer granted-token-1" ? (200, """{"name":"ada"}""") : (401, "{}"),
        _ => token(sent),
    });

    [Test]
    public async Task A_client_names_itself_in_the_body()
    {
        await using var provider = await Provider(_ => (200, Granted));
        var outcome = await Client(provider, more: ""","parameters":{"audience":"{base}","empty":"{tenantless}"}""").Without("tenantless").Test(provider.Direct);
        outcome.Result.Success.Should().BeTrue(outcome.Result.Message);
        outcome.Result.Steps.Select(step => step.Name).Should().Equal("config", "dns", "address_policy", "connect", "auth");
        var sent = provider.Requests.First();
        (sent.Method, sent.Target, sent.Header("Content-Type")).Should().Be(("POST", "/acme%20inc/token", "application/x-www-form-urlencoded"));
        sent.Body.Should().Be("grant_type=client_credentials&client_id=app%3A1&client_secret=s3cret%2B%2F%3Dof%20this%20test&scope=read%3Aall%20offline"
            + $"&audience={Uri.EscapeDataString(provider.Url)}");
        sent.Headers.Should().NotContainKey("Authorization");
    }

    [Test]
    public async Task A_client_names_itself_by_basic()
    {
        await using var provider = await Provider(_ => (200, Granted));
        (await Client(provider, "basic").Test(provider.Direct)).Result.Success.Should().BeTrue();
        var sent = provider.Requests.First();
        sent.Header("Authorization").Should().Be($"Basic {Convert.ToBase64String("app%3A1:s3cret%2B%2F%3Dof%20this%20test"u8)}");
        sent.Body.Should().Be("grant_type=client_credentials&scope=read%3Aall%20offline");
    }

    private static readonly object[] Lies =
    [
        new object[] { 400, """{"error":"invalid_client","error_description":"AADSTS7000215: s3cret+/=of this test is wrong"}""", "auth", "AADSTS7000215" },
        new object[] { 401, """{"error":"unauthorized_client"}""", "auth", "unauthorized_client" },
        new object[] { 200, """{"error":"invalid_client_id","error_description":"as some answer"}""", "auth", "invalid_client_id" },
        new object[] { 400, """{"error":"invalid_scope"}""", "config", "invalid_scope" },
        new object[] { 400, """{"error":"temporarily_unavailable"}""", "provider_error", "temporarily_unavailable" },
        new object[] { 200, """{"token_type":"Bearer"}""", "provider_error", "no token in it" },
        new object[] { 200, """{"access_token":17}""", "provider_error", "no token in it" },
        new object[] { 200, """{"access_token":""}""", "provider_error", "no token in it" },
        new object[] { 200, "[1,2", "provider_error", "no token in it" },
        new object[] { 200, "<!DOCTYPE html><html><body>Log in</body></html>", "provider_error", "web page" },
        new object[] { 503, "down", "provider_error", "HTTP 503" },
        new object[] { 429, "{}", "rate_limited", "throttling" },
        new object[] { 404, "{}", "not_found", "HTTP 404" },
        new object[] { 302, "", "config", "redirects" },
    ];

    [TestCaseSource(nameof(Lies))]
    public async Task A_token_endpoint_that_gives_none_has_a_reason(int status, string body, string reason, string words)
    {
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            context.Response.Headers.Location = "/login";
            await FakeProvider.Write(context, status, body, body.StartsWith('<') ? "text/html" : "application/json");
        });
        var result = (await Client(provider).Test(provider.Direct)).Result;
        (result.Success, result.Reason, result.Steps[^1].Name).Should().Be((false, reason, "auth"));
        result.Message.Should().Contain(words).And.NotContain("s3cret").And.NotContain("<html>");
        provider.Requests.Should().HaveCount(1, "nothing is asked without a token");
    }

    [TestCase("3600", 3600 - 60)]
    [TestCase("\"3600\"", 3600 - 60)]
    [TestCase("100", 90)]
    [TestCase("-5", 0)]
    [TestCase("0", 0)]
    [TestCase("null", 14 * 60)]
    [TestCase("\"soon\"", 14 * 60)]
    [TestCase("{}", 14 * 60)]
    [TestCase("1e400", 14 * 60)]
    [TestCase("99999999999999999999", 14 * 60)]
    public async Task A_token_is_used_as_long_as_its_lifetime_makes_sense(string lifetime, int seconds)
    {
        var given = 0;
        await using var provider = await Provider(_ => (200, $$"""{"access_token":"token-{{++given}}","expires_in":{{lifetime}}}"""));
        var sample = Client(provider);
        sample.IntegrationId = 7;
        var authenticators = sample.Authenticators(provider.Direct);
        async Task<string> Header() => (await authenticators.Headers(sample.Subject, default))["Authorization"];
        (await Header()).Should().Be("Bearer token-1");
        if (seconds == 0)
        {
            (await Header()).Should().Be("Bearer token-2", "it has ended already");
            return;
        }

        sample.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        (await Header()).Should().Be("Bearer token-1");
        sample.Time.Advance(TimeSpan.FromSeconds(2));
        (await Header()).Should().Be("Bearer token-2", "it is given up before it ends");
    }

    [Test]
    public async Task Many_callers_at_once_ask_once_and_a_refusal_is_not_kept()
    {
        var release = new TaskCompletionSource();
        var (given, refuse) = (0, true);
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            Interlocked.Increment(ref given);
            await release.Task;
            await FakeProvider.Write(context, refuse ? 401 : 200, refuse ? """{"error":"invalid_client"}""" : Granted);
        });
        var sample = Client(provider);
        sample.IntegrationId = 7;
        var authenticators = sample.Authenticators(provider.Direct);
        var subject = sample.Subject;
        var refused = Enumerable.Range(0, 50).Select(_ => authenticators.AccessToken(subject, null, default)).ToArray();
        release.SetResult();
        foreach (var one in refused)
            (await one.Invoking(task => task).Should().ThrowAsync<CallFailed>()).Which.Reason.Should().Be("auth");
        given.Should().Be(1);
        refuse = false;
        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => authenticators.AccessToken(subject, null, default)));
        tokens.Should().OnlyContain(token => token.Value == "granted-token-1");
        given.Should().Be(2);
    }

    [Test]
    public async Task A_caller_who_gives_up_takes_nothing_from_the_others()
    {
        var release = new TaskCompletionSource();
        await using var provider = await FakeProvider.Start(async (_, context) =>
        {
            await release.Task;
            await FakeProvider.Write(context, 200, Granted);
        });
        var sample = Client(provider);
        sample.IntegrationId = 7;
        var authenticators = sample.Authenticators(provider.Direct);
        var subject = sample.Subject;
        using var impatience = new CancellationTokenSource();
        var impatient = authenticators.AccessToken(subject, null, impatience.Token);
        var patient = authenticators.AccessToken(subject, null, default);
        await impatience.CancelAsync();
        await impatient.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        release.SetResult();
        (await patient).Value.Should().Be("granted-token-1");
        provider.Requests.Should().HaveCount(1);
    }

    [Test]
    public async Task A_changed_secret_another_integration_and_a_refused_call_get_a_token_of_their_own()
    {
        var given = 0;
        await using var provider = await Provider(_ => (200, $$"""{"access_token":"token-{{++given}}","expires_in":3600}"""));
        var sample = Client(provider);
        var cache = new TokenCache(sample.Time);
        var authenticators = sample.Authenticators(provider.Direct, cache);
        async Task<string> Token() => (await authenticators.AccessToken(sample.Subject, null, default)).Value;
        sample.IntegrationId = 7;
        (await Token()).Should().Be("token-1");
        sample.Secret("client_secret", "another-secret");
        (await Token()).Should().Be("token-2");
        sample.IntegrationId = 8;
        (await Token()).Should().Be("token-3");
        cache.Forget(7);
        (await Token()).Should().Be("token-3");
        cache.Forget(8);
        (await Token()).Should().Be("token-4");
        sample.IntegrationId = null;
        (await Token(), await Token()).Should().Be(("token-5", "token-6"), "what is not stored is not remembered");
    }

    [Test]
    public async Task A_test_asks_for_a_fresh_token_that_calls_use_from_then_on()
    {
        var given = 0;
        await using var provider = await FakeProvider.Start(sent => sent.Path == "/me" ? (200, """{"name":"ada"}""") : (200, $$"""{"access_token":"token-{{++given}}","expires_in":3600}"""));
        var sample = Client(provider, test: Me.Replace("\"identity\"", """
            "then":[{"method":"GET","url":"{base}/me","expect":{"status":[200]}}],"identity"
            """));
        sample.IntegrationId = 7;
        var cache = new TokenCache(sample.Time);
        (await sample.Authenticators(provider.Direct, cache).AccessToken(sample.Subject, null, default)).Value.Should().Be("token-1");
        (await sample.Test(provider.Direct, cache)).Result.Success.Should().BeTrue();
        given.Should().Be(2, "the two requests of the test share the fresh token");
        (await sample.Authenticators(provider.Direct, cache).AccessToken(sample.Subject, null, default)).Value.Should().Be("token-2");
    }

    [Test]
    public async Task A_described_request_brings_a_token_and_its_answer_makes_addresses()
    {
        await using var provider = await FakeProvider.Start(sent => sent.Path switch
        {
            "/login" => (201, $$"""{"data":{"jwt":"granted-token-1"},"until":"2026-03-01T13:00:00Z","instance_url":"http://{{sent.Host}}/na1"}"""),
            "/na1/me" => (sent.Header("Authorization") is "Bearer granted-token-1" ? 200 : 401, """{"name":"ada"}"""),
            _ => (404, "{}"),
        });
        var sample = new Sample("""
            {"methods":[{"name":"session","kind":"token_request","request":{"method":"POST","url":"{base}/login","body":{"json":{"key":"{key}"}},"auth":"key","status":[201]},
                         "token":"$.data.jwt","expires_at":"$.until"},{"name":"key","kind":"header","header":"X-Key","value":"{key}"}]}
            """, Me.Replace("{base}/me", "{token.instance_url}/me")).With("base", provider.Url, FieldType.Url).Secret("key", "k3y-\"of\"-this-test");
        var outcome = await sample.Test(provider.Direct);
        outcome.Result.Success.Should().BeTrue(outcome.Result.Message);
        var sent = provider.Requests.First();
        (sent.Body, sent.Header("X-Key"), sent.Header("Content-Type")).Should().Be(("""{"key":"k3y-\"of\"-this-test"}""", "k3y-\"of\"-this-test", "application/json"));
        sample.IntegrationId = 1;
        (await sample.Authenticators(provider.Direct).AccessToken(sample.Subject, "session", default)).ExpiresAt.Should().Be(new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.Zero));
    }

    [Test]
    public async Task Token_requests_that_authenticate_each_other_end()
    {
        var sample = new Sample("""
            {"methods":[{"name":"a","kind":"token_request","request":{"method":"POST","url":"{base}/a","auth":"b"},"token":"$.t"},
                        {"name":"b","kind":"token_request","request":{"method":"POST","url":"{base}/b","auth":"a"},"token":"$.t"}]}
            """, Me).With("base", "https://provider.test", FieldType.Url);
        (await sample.Test(new ScriptedHttp().Call)).Result.Should().BeEquivalentTo(new { Success = false, Reason = "config" });
    }

    [Test]
    public async Task A_method_without_tokens_has_none_to_give()
    {
        var sample = new Sample("""{"methods":[{"kind":"basic","username":"u","password":"p"}]}""");
        var asking = () => sample.Authenticators(new ScriptedHttp().Call).AccessToken(sample.Subject, null, default);
        (await asking.Should().ThrowAsync<CallFailed>()).Which.Reason.Should().Be("config");
    }

    [Test]
    public async Task A_token_in_a_providers_own_words_is_not_shown()
    {
        await using var provider = await FakeProvider.Start(sent => sent.Path == "/me" ? (403, """{"message":"granted-token-1 lacks a scope"}""") : (200, Granted));
        (await Client(provider).Test(provider.Direct)).Result.Message.Should().Contain("[redacted] lacks a scope");
    }
}
