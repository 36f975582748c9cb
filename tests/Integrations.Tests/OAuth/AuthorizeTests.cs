using FluentAssertions;
using Hub.TestHarness;
using Microsoft.AspNetCore.WebUtilities;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
public sealed class AuthorizeTests
{
    private OAuthHub home = null!;

    [OneTimeSetUp]
    public async Task Start() => home = await OAuthHub.Start();

    [OneTimeTearDown]
    public async Task Stop() => await home.DisposeAsync();

    [TestCase("basic")]
    [TestCase("body")]
    public async Task A_person_grants_access_and_the_integration_works_as_that_person(string clientAuth)
    {
        await using var oauth = await home.New(clientAuth);
        var before = (await oauth.Hub.Http.Get(oauth.Path)).Expect(200);
        before.GetProperty("status").GetString().Should().Be("not_authorized");
        before.GetProperty("start_url").GetString().Should().Be($"/api/v1/integrations/{oauth.Integration}/oauth/start");

        var answer = (await oauth.Authorise()).Expect(200);

        answer.GetProperty("status").GetString().Should().Be("active");
        answer.GetProperty("account").GetProperty("id").GetString().Should().Be("alice");
        answer.GetProperty("account").GetProperty("name").GetString().Should().Be("alice@example.com");
        answer.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).Should().BeEquivalentTo("openid", "offline_access", "email", "api:read");
        (await oauth.Hub.Http.Get(oauth.Path)).Text.Should().Be(answer.GetRawText());
        var test = (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200);
        test.GetProperty("success").GetBoolean().Should().BeTrue(test.GetRawText());
        test.GetProperty("identity").GetString().Should().Be("alice@example.com");
        (await oauth.TokenRequests()).Should().ContainSingle().Which.GetProperty("auth").GetString().Should().Be(clientAuth);

        var audit = (await oauth.Hub.Http.Get($"audit?action=integration.authorized&target_id={oauth.Integration}")).Expect(200).GetProperty("items").EnumerateArray().Single();
        audit.GetProperty("actor").GetProperty("name").GetString().Should().NotBe("system", "who started it did it");
        audit.GetProperty("diff").GetProperty("account").GetProperty("to").GetString().Should().Be("alice@example.com (alice)");
        audit.GetProperty("diff").GetProperty("access_token").GetString().Should().Be("[SECRET CHANGED]");
    }

    [Test]
    public async Task The_address_asks_for_a_code_with_a_proof_key()
    {
        await using var oauth = await home.New();

        var url = await oauth.AuthorizationUrl();

        url.GetLeftPart(UriPartial.Path).Should().Be(new Uri(oauth.Provider.Issuer, "/auth").ToString());
        var query = QueryHelpers.ParseQuery(url.Query);
        query["response_type"].ToString().Should().Be("code");
        query["code_challenge_method"].ToString().Should().Be("S256");
        query["code_challenge"].ToString().Should().HaveLength(43);
        query["redirect_uri"].ToString().Should().Be(new Uri(oauth.Hub.Url, "/oauth/callback").ToString());
        query["prompt"].ToString().Should().Be("consent");
        query["state"].Should().ContainSingle("a type's parameters do not replace the flow's own").Which.Should().HaveLength(43);
        (await oauth.AuthorizationUrl()).Should().NotBe(url);
    }

    [Test]
    public async Task The_redirect_address_is_the_public_one()
    {
        await using var oauth = await OAuthHub.Start(setup => setup.Settings["Hub:PublicUrl"] = "https://hub.example.com/integrations/");

        QueryHelpers.ParseQuery((await oauth.AuthorizationUrl()).Query)["redirect_uri"].ToString().Should().Be("https://hub.example.com/integrations/oauth/callback");
    }

    [Test]
    public async Task Before_anybody_granted_access_the_test_says_what_to_do()
    {
        await using var oauth = await home.New();

        var test = (await oauth.Hub.Http.Post($"integrations/{oauth.Integration}/test")).Expect(200);

        test.GetProperty("reason").GetString().Should().Be("config");
        test.GetProperty("message").GetString().Should().Be($"Not authorised yet: open /api/v1/integrations/{oauth.Integration}/oauth/start.");
        var connection = await oauth.Connection();
        connection.Headers.Should().BeEmpty();
        connection.Problem.Should().StartWith("Not authorised yet");
    }

    [Test]
    public async Task An_authorization_survives_a_restart_and_ends_on_another_replica()
    {
        await using var oauth = await OAuthHub.Start();
        var back = await oauth.Provider.SignIn(await oauth.AuthorizationUrl());
        await oauth.Hub.Stop();

        await using var next = await HubFixture.Start(setup => (setup.ConnectionString, setup.Workers) = (oauth.Hub.ConnectionString, false));
        (await next.ClientFor(null).Get(back.PathAndQuery)).Expect(200).GetProperty("status").GetString().Should().Be("active");
    }

    [Test]
    public async Task Another_account_is_refused_unless_that_is_wanted()
    {
        await using var oauth = await home.New();
        (await oauth.Authorise("alice")).Expect(200);

        var refused = (await oauth.Authorise("bob")).Expect(409);

        refused.GetProperty("code").GetString().Should().Be("other_account");
        refused.GetProperty("detail").GetString().Should().Contain("alice@example.com (alice)").And.Contain("bob@example.com (bob)");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("account").GetProperty("id").GetString().Should().Be("alice");
        (await oauth.Authorise("alice")).Expect(200);
        (await oauth.Authorise("bob", "?force=true")).Expect(200).GetProperty("account").GetProperty("id").GetString().Should().Be("bob");
        (await oauth.Hub.Http.Get($"audit?action=integration.authorized&target_id={oauth.Integration}")).Json.GetProperty("items").EnumerateArray()
            .Select(entry => entry.GetProperty("outcome").GetString()).Should().Equal("success", "success", "failure", "success");
    }

    [Test]
    public async Task A_disconnected_integration_is_open_to_anybody_again()
    {
        await using var oauth = await home.New();
        (await oauth.Authorise("alice")).Expect(200);
        var token = (await oauth.Connection()).Headers["Authorization"];
        (await oauth.MayRead(token)).Should().BeTrue();

        (await oauth.Hub.Http.Delete(oauth.Path)).Expect(204);

        (await oauth.MayRead(token)).Should().BeFalse("it was given back to the provider");
        (await oauth.Hub.Http.Get(oauth.Path)).Json.GetProperty("status").GetString().Should().Be("not_authorized");
        (await oauth.Hub.Http.Delete(oauth.Path)).Expect(204);
        (await oauth.Authorise("bob")).Expect(200);
    }

    [Test]
    public async Task Only_integrations_that_use_it_are_authorised()
    {
        await using var oauth = await home.New();
        (await oauth.Hub.Http.Patch($"integrations/{oauth.Integration}", new { configuration = new { auth_type = "token", token = "a-static-token" } })).Expect(200);
        (await oauth.Hub.Http.Get($"{oauth.Path}/start")).Expect(409).GetProperty("code").GetString().Should().Be("not_oauth");
        (await oauth.Hub.Http.Get(oauth.Path)).Expect(409).GetProperty("code").GetString().Should().Be("not_oauth");

        (await oauth.Hub.Http.Patch($"integrations/{oauth.Integration}", new { enabled = false, configuration = new { auth_type = "oauth", client_id = (string?)null } })).Expect(200);
        (await oauth.Hub.Http.Get($"{oauth.Path}/start")).Expect(409).GetProperty("detail").GetString().Should().Contain("client_id");
    }

    [Test]
    public async Task Only_managers_authorise_and_nobody_sees_a_strangers()
    {
        await using var oauth = await home.New();
        var viewer = await oauth.Hub.ClientWith("viewer", oauth.Scope);
        var stranger = await oauth.Hub.ClientWith("admin", await oauth.Hub.CreateScope("tenant", "Other"));

        (await viewer.Get($"{oauth.Path}/start")).Expect(403);
        (await viewer.Get(oauth.Path)).Expect(200);
        (await viewer.Delete(oauth.Path)).Expect(403);
        (await stranger.Get($"{oauth.Path}/start")).Expect(404);
        (await stranger.Get(oauth.Path)).Expect(404);
        (await stranger.Delete(oauth.Path)).Expect(404);
    }
}
