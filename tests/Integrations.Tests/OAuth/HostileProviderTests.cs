using FluentAssertions;
using Hub.TestHarness;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
public sealed class HostileProviderTests
{
    private static readonly string TwoMegabytes = new('x', 2 * 1024 * 1024);

    private readonly FakeTime time = new(DateTimeOffset.UtcNow);
    private OAuthHub home = null!;

    public static IEnumerable<TestCaseData> Passing() =>
    [
        Case("a page instead of JSON", HostileProvider.Text(200, "text/html", "<!doctype html><title>Sign in</title>"), 502, "provider_error"),
        Case("a page that calls itself JSON", HostileProvider.Text(200, "application/json", "<html>maintenance</html>"), 502, "provider_error"),
        Case("nothing", HostileProvider.Text(200, "application/json", ""), 502, "provider_error"),
        Case("no access token", HostileProvider.Json(200, new { token_type = "bearer", expires_in = 3600 }), 502, "provider_error"),
        Case("an empty access token", HostileProvider.Json(200, new { access_token = "" }), 502, "provider_error"),
        Case("a number for an access token", HostileProvider.Json(200, new { access_token = 12345 }), 502, "provider_error"),
        Case("a list", HostileProvider.Json(200, new[] { "access_token" }), 502, "provider_error"),
        Case("a token of another type", HostileProvider.Json(200, new { access_token = "x-mac-token", token_type = "mac" }), 502, "provider_error"),
        Case("two megabytes", HostileProvider.Json(200, new { access_token = TwoMegabytes }), 502, "provider_error"),
        Case("a redirect", HostileProvider.Text(302, "text/plain", "", ("Location", "http://127.0.0.1:1/token")), 502, "provider_error"),
        Case("a broken connection", http => { http.Abort(); return Task.CompletedTask; }, 502, "network"),
        Case("503", HostileProvider.Text(503, "text/plain", "upstream connect error"), 502, "provider_error"),
        Case("500 with an error that would end a grant", HostileProvider.Json(500, new { error = "invalid_grant" }), 502, "provider_error"),
        Case("200 with an error that would end a grant", HostileProvider.Json(200, new { error = "invalid_grant" }), 422, "auth"),
        Case("400 without a reason", HostileProvider.Text(400, "text/html", "<html>invalid_grant</html>"), 502, "provider_error"),
        Case("another refusal", HostileProvider.Json(401, new { error = "invalid_client" }), 422, "auth"),
        Case("too many requests", HostileProvider.Text(429, "application/json", "{\"error\":\"invalid_grant\"}", ("Retry-After", "7200")), 502, "rate_limited"),
    ];

    [OneTimeSetUp]
    public async Task Start() => home = await OAuthHub.Start(setup => setup.Time = time);

    [OneTimeTearDown]
    public async Task Stop() => await home.DisposeAsync();

    [TestCaseSource(nameof(Passing))]
    public async Task Nonsense_is_no_grant_and_ends_none(Func<HttpContext, Task> answer, int status, string reason)
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        provider.Token = answer;
        (await Callback(oauth)).Status.Should().Be(status);
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("not_authorized");

        provider.Token = HostileProvider.Good(expiresIn: 61);
        (await Callback(oauth)).Expect(200);
        await oauth.Sql(
            "update integrations.oauth_grants set expires_at = @now, obtained_at = @before where integration_id = @id",
            new { now = time.GetUtcNow().UtcDateTime, before = time.GetUtcNow().UtcDateTime.AddHours(-1), id = oauth.Integration });
        provider.Token = answer;
        var connection = await oauth.Connection();

        connection.Reason.Should().Be(reason);
        connection.Headers.Should().BeEmpty();
        connection.Problem.Should().NotContain("hostile-refresh-token-1").And.NotContain("<");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("active");
        provider.Forms.Last()["refresh_token"].Should().Be("hostile-refresh-token-1");
    }

    [Test]
    public async Task One_that_never_answers_is_given_up()
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        provider.Token = http => Task.Delay(Timeout.Infinite, http.RequestAborted);

        (await Callback(oauth)).Expect(504).GetProperty("code").GetString().Should().Be("authorization_failed");
    }

    [TestCase("3600", 3600)]
    [TestCase(3600.9, 3600.9)]
    [TestCase("soon", null)]
    [TestCase(0, null)]
    [TestCase(-5, null)]
    [TestCase(1e300, null)]
    public async Task Lifetimes_are_read_as_they_come(object expiresIn, double? seconds)
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        provider.Token = HostileProvider.Good(expiresIn: expiresIn);

        var expires = (await Callback(oauth)).Expect(200).GetProperty("expires_at");

        if (seconds is { } lifetime)
            expires.GetDateTimeOffset().Should().BeCloseTo(time.GetUtcNow().AddSeconds(lifetime), TimeSpan.FromMilliseconds(1));
        else
            expires.ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        (await oauth.Connection()).Headers["Authorization"].Should().Be("Bearer hostile-access-token-1");
    }

    [Test]
    public async Task What_it_echoes_is_not_shown()
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        provider.Token = async http => await HostileProvider.Json(
            400, new { error = "invalid_request", error_description = string.Join(' ', provider.Forms.Last().Values) + " \u0000<script>" })(http);

        var refused = (await Callback(oauth, "the-code-itself-01")).Expect(422).GetProperty("detail").GetString();

        refused.Should().Contain("invalid_request").And.NotContain("the-code-itself-01").And.NotContain(provider.Forms.Last()["code_verifier"]).And.NotContain("a-hostile-client-secret");
    }

    [Test]
    public async Task A_provider_that_keeps_its_refresh_token_is_asked_with_it_again()
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        (await Callback(oauth)).Expect(200);
        foreach (var round in new[] { "second", "third" })
        {
            provider.Token = HostileProvider.Json(200, new { access_token = $"the-{round}-token", expires_in = 60 });
            await oauth.Sql("update integrations.oauth_grants set expires_at = @now where integration_id = @id", new { now = time.GetUtcNow().UtcDateTime, id = oauth.Integration });
            (await oauth.Connection()).Headers["Authorization"].Should().Be($"Bearer the-{round}-token");
            provider.Forms.Last()["refresh_token"].Should().Be("hostile-refresh-token-1");
        }
    }

    [Test]
    public async Task A_token_that_is_refused_before_its_end_is_refreshed_and_shows_whether_the_grant_is_over()
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        (await Callback(oauth)).Expect(200);
        provider.Me = http => http.Request.Headers.Authorization == "Bearer the-second-token"
            ? HostileProvider.Json(200, new { sub = "alice", email = "alice@example.com" })(http) : HostileProvider.Json(401, new { error = "invalid_token" })(http);
        provider.Token = HostileProvider.Good("the-second-token");
        (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200).GetProperty("reason").GetString().Should().Be("auth");
        (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue("the next call refreshed");

        provider.Me = HostileProvider.Json(401, new { error = "invalid_token" });
        provider.Token = HostileProvider.Json(400, new { error = "invalid_grant", error_description = "Token has been revoked." });
        (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200);
        (await oauth.Connection()).Problem.Should().Contain("Token has been revoked").And.Contain("oauth/start");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("reauthorization_required");
    }

    [Test]
    public async Task Who_does_not_tell_whose_the_token_is_gives_no_grant()
    {
        await using var provider = await HostileProvider.Start();
        await using var oauth = await home.At(provider.Url);
        foreach (var me in new[] { HostileProvider.Json(403, new { }), HostileProvider.Json(200, new { name = "nobody" }), HostileProvider.Text(200, "text/html", "<html>") })
        {
            provider.Me = me;
            (await Callback(oauth)).Expect(502).GetProperty("detail").GetString().Should().Contain("did not tell whose it is");
            (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("not_authorized");
        }
    }

    private static async Task<Answer> Callback(OAuthHub oauth, string code = "any-code-at-all")
    {
        var state = QueryHelpers.ParseQuery((await oauth.AuthorizationUrl()).Query)["state"].ToString();
        return await oauth.Anonymous.Get($"/oauth/callback?code={code}&state={state}");
    }

    private static TestCaseData Case(string name, Func<HttpContext, Task> answer, int status, string reason) =>
        new TestCaseData(answer, status, reason).SetArgDisplayNames(name);
}
