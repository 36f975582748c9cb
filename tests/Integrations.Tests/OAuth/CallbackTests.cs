using System.Net;
using FluentAssertions;
using Hub.Integrations.OAuth;
using Hub.TestHarness;
using Microsoft.AspNetCore.WebUtilities;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
public sealed class CallbackTests
{
    private OAuthHub home = null!;

    [OneTimeSetUp]
    public async Task Start() => home = await OAuthHub.Start();

    [OneTimeTearDown]
    public async Task Stop() => await home.DisposeAsync();

    [Test]
    public async Task A_state_serves_once()
    {
        await using var oauth = await home.New();
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());
        (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(200);

        (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(400).GetProperty("code").GetString().Should().Be("invalid_state");
        (await oauth.TokenRequests()).Should().HaveCount(1);
    }

    [Test]
    public async Task Two_at_once_with_one_state_are_one()
    {
        await using var oauth = await home.New();
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => oauth.Anonymous.Get(back.PathAndQuery)));

        answers.Count(answer => answer.Status == 200).Should().Be(1);
        answers.Count(answer => answer.Status == 400).Should().Be(9);
        (await oauth.TokenRequests()).Should().HaveCount(1);
    }

    [Test]
    public async Task What_is_no_state_of_ours_is_refused()
    {
        await using var oauth = await home.New();
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());
        var state = QueryHelpers.ParseQuery(back.Query)["state"].ToString();
        var tampered = (state[0] == 'A' ? 'B' : 'A') + state[1..];

        foreach (var query in new[] { "", "?code=x", "?state=", $"?code=x&state={tampered}", $"?code=x&state={state}&state={state}", $"?code=x&state={new string('x', 5000)}", "?state=%00" })
            (await oauth.Anonymous.Get("/oauth/callback" + query)).Expect(400).GetProperty("code").GetString().Should().Be("invalid_state", query);
        (await oauth.TokenRequests()).Should().BeEmpty();
        (await oauth.Anonymous.Get("/api/v1" + back.PathAndQuery)).Expect(200).GetProperty("status").GetString().Should().Be("active", "none of these used the real one up");
    }

    [Test]
    public async Task After_ten_minutes_it_is_too_late()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var oauth = await OAuthHub.Start(setup => setup.Time = time);
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());

        time.Advance(TimeSpan.FromMinutes(10));

        (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(400).GetProperty("code").GetString().Should().Be("invalid_state");
        (await oauth.TokenRequests()).Should().BeEmpty();
    }

    [Test]
    public async Task Who_presents_another_key_does_not_finish_it()
    {
        await using var oauth = await home.New();
        var manager = await oauth.Hub.ClientWith("manager", oauth.Scope);
        var other = await oauth.Hub.ClientWith("manager", oauth.Scope);
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl(caller: manager));

        (await other.Get(back.PathAndQuery)).Expect(403).GetProperty("code").GetString().Should().Be("other_caller");
        (await manager.Get(back.PathAndQuery)).Expect(400).GetProperty("code").GetString().Should().Be("invalid_state", "it was used up");
        (await manager.Get((await oauth.Provider.SignIn(await oauth.AuthorizationUrl(caller: manager))).PathAndQuery)).Expect(200);
        (await oauth.Hub.ClientFor("hub_no_such_key").Get("/oauth/callback?state=x")).Expect(401);
    }

    [Test]
    public async Task A_key_that_was_revoked_meanwhile_grants_nothing()
    {
        await using var oauth = await home.New();
        var key = (await oauth.Hub.Http.Post("keys", new { name = "leaver", role = "manager", scope_id = oauth.Scope })).Expect(201);
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl(caller: oauth.Hub.ClientFor(key.GetProperty("key").GetString())));
        (await oauth.Hub.Http.Delete($"keys/{key.GetProperty("id").GetInt64()}")).Expect(204);

        (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(403);
        (await oauth.TokenRequests()).Should().BeEmpty();
    }

    [Test]
    public async Task An_integration_that_was_deleted_or_changed_meanwhile_gets_no_grant()
    {
        await using var oauth = await home.New();
        var changed = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());
        (await oauth.Hub.Http.Patch($"integrations/{oauth.Integration}", new { configuration = new { client_id = "another" } })).Expect(200);
        (await oauth.Anonymous.Get(changed.PathAndQuery)).Expect(409).GetProperty("code").GetString().Should().Be("configuration_changed");

        var url = await oauth.AuthorizationUrl();
        (await oauth.Hub.Http.Delete($"integrations/{oauth.Integration}")).Expect(204);
        var state = QueryHelpers.ParseQuery(url.Query)["state"].ToString();
        (await oauth.Anonymous.Get($"/oauth/callback?code=x&state={state}")).Expect(400).GetProperty("code").GetString().Should().Be("invalid_state");
        (await oauth.TokenRequests()).Should().BeEmpty();
    }

    [Test]
    public async Task What_the_provider_refuses_is_told_in_its_words()
    {
        await using var oauth = await home.New();
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl(), consents: false);

        var refused = (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(422);

        refused.GetProperty("code").GetString().Should().Be("authorization_refused");
        refused.GetProperty("detail").GetString().Should().Contain("access_denied").And.Contain("aborted");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("not_authorized");
    }

    [TestCase("https://evil.example")]
    [TestCase("http://127.0.0.1:1")]
    [TestCase("nonsense")]
    public async Task A_code_of_another_issuer_is_not_sent_anywhere(string issuer)
    {
        await using var oauth = await home.New();
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());
        var query = QueryHelpers.ParseQuery(back.Query).ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString());
        query.Should().ContainKey("iss", "the provider names itself (RFC 9207)");
        query["iss"] = issuer;

        (await oauth.Anonymous.Get(QueryHelpers.AddQueryString("/oauth/callback", query))).Expect(400).GetProperty("code").GetString().Should().Be("issuer_mismatch");
        (await oauth.TokenRequests()).Should().BeEmpty();
    }

    [Test]
    public async Task A_wrong_or_missing_code_grants_nothing()
    {
        await using var oauth = await home.New();
        string StateOf(Uri url) => QueryHelpers.ParseQuery(url.Query)["state"].ToString();

        (await oauth.Anonymous.Get($"/oauth/callback?state={StateOf(await oauth.AuthorizationUrl())}")).Expect(400).GetProperty("errors").TryGetProperty("code", out _).Should().BeTrue();
        var refused = (await oauth.Anonymous.Get($"/oauth/callback?code=made-up&state={StateOf(await oauth.AuthorizationUrl())}")).Expect(422);
        refused.GetProperty("detail").GetString().Should().Contain("invalid_grant").And.NotContain("made-up");
    }

    [Test]
    public async Task A_browser_is_sent_there_and_back_and_another_one_is_not_let_in()
    {
        await using var oauth = await home.New();
        using var browser = Browser(oauth);
        using var other = Browser(oauth);
        other.DefaultRequestHeaders.Authorization = null;

        var start = await browser.GetAsync($"/api/v1/{oauth.Path}/start");
        start.StatusCode.Should().Be(HttpStatusCode.Redirect);
        start.Headers.CacheControl!.NoStore.Should().BeTrue();
        start.Headers.GetValues("Set-Cookie").Single().Should().StartWith("hub_oauth_").And.Contain("httponly").And.Contain("samesite=lax");
        browser.DefaultRequestHeaders.Authorization = null;
        var stolen = await other.GetAsync((await oauth.Provider.SignIn(start.Headers.Location!)).PathAndQuery);
        stolen.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        stolen.Content.Headers.ContentType!.MediaType.Should().Be("text/html");

        browser.DefaultRequestHeaders.Authorization = new("Bearer", HubFixture.AdminKey);
        start = await browser.GetAsync($"/api/v1/{oauth.Path}/start");
        browser.DefaultRequestHeaders.Authorization = null;
        var end = await browser.GetAsync((await oauth.Provider.SignIn(start.Headers.Location!)).PathAndQuery);
        end.StatusCode.Should().Be(HttpStatusCode.OK);
        end.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        end.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'");
        end.Headers.GetValues("Set-Cookie").Single().Should().Contain("expires=Thu, 01 Jan 1970");
        (await end.Content.ReadAsStringAsync()).Should().Contain("alice@example.com").And.NotContain("<script");
    }

    [Test]
    public async Task A_browser_goes_on_where_it_came_from_and_reads_what_went_wrong()
    {
        await using var oauth = await home.New();
        using var browser = Browser(oauth);

        var start = await browser.GetAsync($"/api/v1/{oauth.Path}/start?return_to=/integrations/7%3Ftab=oauth");
        var end = await browser.GetAsync((await oauth.Provider.SignIn(start.Headers.Location!)).PathAndQuery);
        end.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        end.Headers.Location!.OriginalString.Should().Be("/integrations/7?tab=oauth");

        var wrong = await browser.GetAsync("/oauth/callback?state=%3Cscript%3E&error=%3Cscript%3E");
        wrong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).Should().Contain("invalid_state").And.NotContain("<script");
    }

    [TestCase("//evil.example")]
    [TestCase("/\\evil.example")]
    [TestCase("https://evil.example/")]
    [TestCase("integrations")]
    [TestCase("javascript:alert(1)")]
    [TestCase("/a\r\nSet-Cookie: x=y")]
    [TestCase("/\t/evil.example")]
    [TestCase("")]
    public void Nobody_is_sent_to_another_place(string path) => Browsers.IsOwnPath(path).Should().BeFalse();

    [Test]
    public async Task A_place_elsewhere_is_refused_at_the_start()
    {
        await using var oauth = await home.New();

        (await oauth.Hub.Http.Get($"{oauth.Path}/start?return_to=//evil.example")).Expect(400).GetProperty("errors").TryGetProperty("return_to", out _).Should().BeTrue();
    }

    private static HttpClient Browser(OAuthHub oauth)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = oauth.Hub.Url };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml");
        browser.DefaultRequestHeaders.Authorization = new("Bearer", HubFixture.AdminKey);
        return browser;
    }
}
