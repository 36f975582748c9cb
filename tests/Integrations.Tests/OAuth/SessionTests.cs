using System.Net;
using System.Net.Http.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

/// <summary>Whoever signed in to the web pages: their browser brings a session instead of a key.</summary>
public sealed class SessionTests
{
    [Test]
    public async Task Only_the_person_who_started_in_a_session_finishes_it()
    {
        await using var oauth = await OAuthHub.Start();
        using var alice = await SignedIn(oauth);
        using var bob = await SignedIn(oauth);

        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl(caller: alice));
        (await bob.Get(back.PathAndQuery)).Expect(403).GetProperty("code").GetString().Should().Be("other_caller");
        back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl(caller: alice));
        (await oauth.Anonymous.Get(back.PathAndQuery)).Expect(403);
        back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl(caller: alice));
        (await alice.Get(back.PathAndQuery)).Expect(200);
        back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());
        (await bob.Get(back.PathAndQuery)).Expect(200).GetProperty("status").GetString().Should().Be("active", "a program started this, for anybody's browser");
    }

    private static async Task<HttpClient> SignedIn(OAuthHub oauth)
    {
        var key = (await oauth.Hub.Http.Post("keys", new { name = "person", role = "manager", scope_id = oauth.Scope })).Expect(201).GetProperty("key").GetString();
        var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(oauth.Hub.Url, "/api/v1/") };
        (await browser.PostAsJsonAsync("auth/sessions", new { key })).EnsureSuccessStatusCode();
        return browser;
    }
}
