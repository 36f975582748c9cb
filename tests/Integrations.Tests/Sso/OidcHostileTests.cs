using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

/// <summary>Providers, and people between, that lie about who came.</summary>
public sealed class OidcHostileTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static HubFixture Hub => SsoHub.Hub;

    [TestCaseSource(typeof(OidcLies), nameof(OidcLies.All))]
    public async Task A_false_id_token_lets_nobody_in(object lie, string noted)
    {
        await using var provider = await HostileProvider.Start();
        var tenant = await provider.Tenant();
        using var browser = new Browser();
        var page = await provider.SignIn(browser, tenant, nonce => ((Func<HostileProvider, string, string>)lie)(provider, nonce));
        page.Alert.Should().Contain("could not be trusted");
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
        (await tenant.Refusals()).Should().ContainSingle().Which.Should().Contain(noted);
    }

    [TestCase("RS256")]
    [TestCase("RS384")]
    [TestCase("RS512")]
    [TestCase("PS256")]
    public async Task A_true_id_token_lets_its_subject_in(string algorithm)
    {
        await using var provider = await HostileProvider.Start();
        var tenant = await provider.Tenant();
        using var browser = new Browser();
        await provider.SignIn(browser, tenant, nonce =>
        {
            var claims = provider.Claims(nonce, Now);
            var hash = SHA256.HashData("an-access-token"u8);
            (claims["aud"], claims["azp"]) = (new JsonArray("hub", "other"), "hub");
            if (algorithm.EndsWith("256", StringComparison.Ordinal))
                claims["at_hash"] = Base64Url.EncodeToString(hash.AsSpan(0, 16));
            return provider.Sign(new JsonObject { ["alg"] = algorithm, ["kid"] = provider.KeyId }, claims);
        });
        (await SsoTenant.Me(browser)).Me.GetProperty("user").GetProperty("email").GetString().Should().Be("mallory@example.com");
    }

    [Test]
    public async Task A_profile_of_somebody_else_lets_nobody_in()
    {
        await using var provider = await HostileProvider.Start();
        provider.Answer("/me", new JsonObject { ["sub"] = "the-ceo", ["email"] = "ceo@example.com" });
        var tenant = await provider.Tenant();
        using var browser = new Browser();
        var page = await provider.SignIn(browser, tenant, nonce =>
        {
            var claims = provider.Claims(nonce, Now);
            claims.Remove("email");
            return provider.Sign(provider.Header(), claims);
        });
        page.Alert.Should().Contain("could not be trusted");
        (await tenant.Refusals()).Should().ContainSingle().Which.Should().Contain("somebody else");
    }

    [Test]
    public async Task A_sign_in_ends_only_in_the_browser_that_began_it_and_only_once()
    {
        await using var provider = await HostileProvider.Start();
        var tenant = await provider.Tenant();
        using var victim = new Browser();
        using var attacker = new Browser();
        var (state, nonce) = await provider.SetOut(attacker, tenant);
        provider.Answer("/token", new JsonObject { ["access_token"] = "a", ["id_token"] = provider.Sign(provider.Header(), provider.Claims(nonce, Now)) });
        var callback = $"/auth/sso/callback?state={state}&code=a-code";
        (await victim.Open(Hub.Url, callback)).Alert.Should().Contain("started in another browser");
        (await SsoTenant.Me(victim)).Status.Should().Be(401);

        await attacker.Open(Hub.Url, callback);
        (await SsoTenant.Me(attacker)).Status.Should().Be(200);
        (await attacker.Open(Hub.Url, callback)).Alert.Should().Contain("used already");
        (await attacker.Open(Hub.Url, "/auth/sso/callback?code=a")).Alert.Should().Contain("used already");
        provider.Asked("/token").Should().Be(1);
    }

    [Test]
    public async Task A_code_of_another_issuer_is_shown_to_nobody()
    {
        await using var provider = await HostileProvider.Start();
        var tenant = await provider.Tenant();
        using var browser = new Browser();
        var (state, _) = await provider.SetOut(browser, tenant);
        var page = await browser.Open(Hub.Url, $"/auth/sso/callback?state={state}&code=a-code&iss=https%3A%2F%2Fother.example");
        page.Alert.Should().Contain("could not be trusted");
        provider.Asked("/token").Should().Be(0);
    }

    [Test]
    public async Task A_new_signing_key_is_found_but_nobody_can_make_the_hub_ask_all_the_time()
    {
        var time = new FakeTime(TimeProvider.System.GetUtcNow());
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        await using var provider = await HostileProvider.Start();
        var configuration = new { protocol = "oidc", issuer = provider.Issuer, client_id = "hub", client_secret = "hostile-secret-0123456789" };
        (await hub.Http.Post("integrations", new { scope_id = 1, name = "SSO", integration_type = "sso", configuration })).Expect(201);

        (await SignIn("key-1")).Should().Be(200);
        provider.KeyId = "key-2";
        provider.PublishKeys();
        (await SignIn("key-2")).Should().Be(401, "the keys were read just now");
        provider.Asked("/jwks").Should().Be(1);
        time.Advance(TimeSpan.FromMinutes(6));
        (await SignIn("key-2")).Should().Be(200);
        (await SignIn("key-3")).Should().Be(401);
        provider.Asked("/jwks").Should().Be(2);

        async Task<int> SignIn(string kid)
        {
            using var browser = new Browser();
            var start = await browser.Once(HttpMethod.Get, new Uri(hub.Url, "/auth/sso/platform"));
            var query = System.Web.HttpUtility.ParseQueryString(start.Response.Headers.Location!.Query);
            var header = new JsonObject { ["alg"] = "RS256", ["kid"] = kid };
            var token = provider.Sign(header, provider.Claims(query["nonce"]!, time.GetUtcNow()));
            provider.Answer("/token", new JsonObject { ["access_token"] = "a", ["id_token"] = token });
            await browser.Open(hub.Url, $"/auth/sso/callback?state={query["state"]}&code=a-code");
            return (await browser.Open(hub.Url, "/api/v1/me")).Status;
        }
    }

    [TestCase("""{"issuer":"https://other.example"}""", 200, "not set up completely")]
    [TestCase("<html>", 200, "cannot be reached")]
    [TestCase("{}", 500, "cannot be reached")]
    [TestCase("{}", 404, "cannot be reached")]
    public async Task A_provider_that_does_not_speak_properly_is_told_in_words(string discovery, int status, string told)
    {
        await using var provider = await HostileProvider.Start();
        provider.Answer("/.well-known/openid-configuration", discovery, status);
        var tenant = await provider.Tenant();
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, $"/auth/sso/{tenant.Slug}?return_to=/docs/x");
        page.Address.AbsolutePath.Should().Be("/login");
        page.Address.Query.Should().Contain("return_to=%2Fdocs%2Fx");
        page.Alert.Should().Contain(told);
    }

    [TestCase("token_endpoint")]
    [TestCase("jwks_uri")]
    [TestCase("authorization_endpoint")]
    public async Task Passwords_and_tokens_go_over_tls_only(string member)
    {
        await using var provider = await HostileProvider.Start();
        var discovery = provider.Discovery();
        discovery[member] = "http://idp.example.com/x";
        provider.Answer("/.well-known/openid-configuration", discovery);
        var tenant = await provider.Tenant();
        using var browser = new Browser();
        (await browser.Open(Hub.Url, $"/auth/sso/{tenant.Slug}")).Alert.Should().Contain("not set up completely");
    }

    [Test]
    public async Task Only_admins_set_up_a_sign_in()
    {
        await using var provider = await HostileProvider.Start();
        var tenant = await provider.Tenant();
        using var manager = await Hub.ClientWith("manager", tenant.Id);
        var configuration = new { protocol = "oidc", issuer = provider.Issuer, client_id = "mine", default_role = "admin" };
        (await manager.Post("integrations", new { scope_id = tenant.Id, name = "Mine", integration_type = "sso", configuration })).Expect(403);
        (await manager.Patch($"integrations/{tenant.IntegrationId}", new { configuration = new { default_role = "admin" } })).Expect(403);
        (await manager.Put($"scopes/{tenant.Id}/config/sso", new { values = new { default_role = "admin" } })).Expect(403);
        using var admin = await Hub.ClientWith("admin", tenant.Id);
        (await admin.Patch($"integrations/{tenant.IntegrationId}", new { configuration = new { default_role = "manager" } })).Expect(200);
    }

    [Test]
    public async Task Nobody_comes_in_through_the_sign_in_of_a_scope_above()
    {
        await using var provider = await HostileProvider.Start();
        var slug = SsoHub.Fresh("bare");
        await Hub.Http.Post("scopes", new { kind = "tenant", name = slug, slug });
        using var browser = new Browser();
        (await browser.Open(Hub.Url, $"/auth/sso/{slug}")).Alert.Should().Contain("No single sign-on is set up");
        (await browser.Open(Hub.Url, "/auth/sso/nobody")).Alert.Should().Contain("No single sign-on is set up");
        (await browser.Open(Hub.Url, "/auth/sso?integration_id=987654321")).Alert.Should().Contain("No single sign-on is set up");
    }
}
