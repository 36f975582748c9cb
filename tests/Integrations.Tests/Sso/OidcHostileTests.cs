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

    /// <summary>What is wrong, how, and what the administrator reads.</summary>
    private static IEnumerable<TestCaseData> Lies()
    {
        static TestCaseData Claim(string name, string noted, Action<JsonObject> lie) =>
            new TestCaseData((Func<HostileProvider, string, string>)((provider, nonce) =>
            {
                var claims = provider.Claims(nonce, Now);
                lie(claims);
                return provider.Sign(provider.Header(), claims);
            }), noted).SetArgDisplayNames(name);

        static TestCaseData Token(string name, string noted, Func<HostileProvider, string, string> make) => new TestCaseData(make, noted).SetArgDisplayNames(name);

        static JsonObject Header(string algorithm, string kid = "key-1") => new() { ["alg"] = algorithm, ["kid"] = kid };

        yield return Claim("wrong issuer", "another issuer", claims => claims["iss"] = "https://other.example");
        yield return Claim("issuer with a slash", "another issuer", claims => claims["iss"] = claims["iss"]!.GetValue<string>() + "/");
        yield return Claim("no issuer", "another issuer", claims => claims.Remove("iss"));
        yield return Claim("wrong audience", "for another application", claims => claims["aud"] = "other");
        yield return Claim("no audience", "for another application", claims => claims.Remove("aud"));
        yield return Claim("two audiences without a party", "issued to another application", claims => claims["aud"] = new JsonArray("hub", "other"));
        yield return Claim("another party", "issued to another application", claims => claims["azp"] = "other");
        yield return Claim("wrong nonce", "nonce is not ours", claims => claims["nonce"] = "other");
        yield return Claim("no nonce", "nonce is not ours", claims => claims.Remove("nonce"));
        yield return Claim("expired", "has expired", claims => claims["exp"] = Now.AddMinutes(-3).ToUnixTimeSeconds());
        yield return Claim("never expires", "has expired", claims => claims.Remove("exp"));
        yield return Claim("expiry as text", "has expired", claims => claims["exp"] = "9999999999");
        yield return Claim("expiry beyond all time", "has expired", claims => claims["exp"] = 1e300);
        yield return Claim("issued in the future", "from the future", claims => claims["iat"] = Now.AddMinutes(10).ToUnixTimeSeconds());
        yield return Claim("not valid yet", "not valid yet", claims => claims["nbf"] = Now.AddMinutes(10).ToUnixTimeSeconds());
        yield return Claim("no subject", "no subject", claims => claims.Remove("sub"));
        yield return Claim("of another access token", "another access token", claims => claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA");
        yield return Claim("e-mail that is none", "e-mail address is none", claims => claims["email"] = "a@b.example@evil.example");
        yield return Token("alg none", "not one that counts", (provider, nonce) =>
            $"{HostileProvider.Encode(Header("none").ToJsonString())}.{HostileProvider.Encode(provider.Claims(nonce, Now).ToJsonString())}.");
        yield return Token("alg None", "not one that counts", (provider, nonce) => provider.Sign(Header("None"), provider.Claims(nonce, Now)));
        yield return Token("HS256 by the public key", "not one that counts", (provider, nonce) => provider.Sign(Header("HS256"), provider.Claims(nonce, Now)));
        yield return Token("unknown kid", "not by one of the provider's keys", (provider, nonce) => provider.Sign(Header("RS256", "key-2"), provider.Claims(nonce, Now)));
        yield return Token("other key of the same kid", "not by one of the provider's keys", (provider, nonce) =>
        {
            using var forger = RSA.Create(2048);
            var signed = provider.Sign(provider.Header(), provider.Claims(nonce, Now));
            var data = signed[..signed.LastIndexOf('.')];
            return $"{data}.{Base64Url.EncodeToString(forger.SignData(Encoding.ASCII.GetBytes(data), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        });
        yield return Token("RS256 signature called PS256", "not by one of the provider's keys", (provider, nonce) =>
        {
            var claims = provider.Claims(nonce, Now).ToJsonString();
            var signed = provider.Sign(Header("RS256"), JsonNode.Parse(claims)!.AsObject());
            return $"{HostileProvider.Encode(Header("PS256").ToJsonString())}.{HostileProvider.Encode(claims)}.{signed.Split('.')[2]}";
        });
        yield return Token("RSA signature called ES256", "not by one of the provider's keys", (provider, nonce) =>
            $"{HostileProvider.Encode(Header("ES256").ToJsonString())}." + provider.Sign(provider.Header(), provider.Claims(nonce, Now)).Split('.', 2)[1]);
        yield return Token("tampered claims", "not by one of the provider's keys", (provider, nonce) =>
        {
            var parts = provider.Sign(provider.Header(), provider.Claims(nonce, Now)).Split('.');
            var claims = provider.Claims(nonce, Now);
            claims["sub"] = "the-ceo";
            return $"{parts[0]}.{HostileProvider.Encode(claims.ToJsonString())}.{parts[2]}";
        });
        yield return Token("claims twice", "malformed", (provider, nonce) =>
        {
            var parts = provider.Sign(provider.Header(), provider.Claims(nonce, Now)).Split('.');
            return $"{parts[0]}.{HostileProvider.Encode("""{"sub":"a","sub":"b"}""")}.{parts[2]}";
        });
        yield return Token("critical extension", "demands extensions", (provider, nonce) =>
            provider.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "key-1", ["crit"] = new JsonArray("exp") }, provider.Claims(nonce, Now)));
        yield return Token("no token", "not a signed token", (_, _) => "x");
        yield return Token("array for claims", "malformed", (provider, _) => $"{HostileProvider.Encode(provider.Header().ToJsonString())}.{HostileProvider.Encode("[]")}.AAAA");
        yield return Token("huge token", "not a signed token", (_, _) => new string('x', 100_000) + ".y.z");
    }

    [TestCaseSource(nameof(Lies))]
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
