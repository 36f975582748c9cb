using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

public sealed class SsoSettingsTests
{
    private static HubFixture Hub => SsoHub.Hub;

    [Test]
    public async Task Settings_are_a_view_on_the_scopes_own_integration_and_tell_what_the_provider_must_know()
    {
        await using var provider = await HostileProvider.Start();
        var (tenant, slug) = await Tenant();
        using var admin = await Hub.ClientWith("admin", tenant);
        (await admin.Get($"sso-settings?scope_id={tenant}")).Code(404).Should().Be("not_configured");
        var body = new { protocol = "oidc", issuer = provider.Issuer, client_id = "hub", client_secret = "view-secret-0123456789", role_mapping = new { staff = "manager" } };
        var made = (await admin.Put($"sso-settings?scope_id={tenant}", body)).Expect(201);
        made.GetProperty("client_secret").GetString().Should().Be("[ENCRYPTED]");
        made.GetProperty("default_role").GetString().Should().Be("viewer");
        made.GetProperty("role_mapping").GetProperty("staff").GetString().Should().Be("manager");
        var hub = made.GetProperty("hub");
        hub.GetProperty("sign_in_url").GetString().Should().Be($"{Hub.Url}auth/sso/{slug}");
        hub.GetProperty("redirect_uri").GetString().Should().Be($"{Hub.Url}auth/sso/callback");
        hub.GetProperty("acs_url").GetString().Should().Be($"{Hub.Url}auth/sso/acs");
        hub.GetProperty("entity_id").GetString().Should().Be($"{Hub.Url}auth/sso/{slug}/metadata");
        var integration = (await admin.Get($"integrations/{made.GetProperty("integration_id").GetInt64()}")).Expect(200);
        integration.GetProperty("name").GetString().Should().Be("SSO");

        var kept = new { protocol = "oidc", issuer = provider.Issuer, client_id = "hub-2", client_secret = "[ENCRYPTED]" };
        var changed = await admin.Put($"sso-settings?scope_id={tenant}", kept, ("If-Match", $"\"{made.GetProperty("version").GetInt64()}\""));
        changed.Expect(200).GetProperty("client_id").GetString().Should().Be("hub-2");
        changed.Json.GetProperty("client_secret").GetString().Should().Be("[ENCRYPTED]");
        changed.Json.GetProperty("role_mapping").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        (await admin.Put($"sso-settings?scope_id={tenant}", kept, ("If-Match", "\"999\""))).Code(412).Should().Be("stale_version");
        (await admin.Get($"integrations?scope_id={tenant}&integration_type=sso")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task Wrong_settings_are_named_by_their_field()
    {
        var (tenant, _) = await Tenant();
        (await Hub.Http.Put($"sso-settings?scope_id={tenant}", new { protocol = "oidc", issuer = "ftp://x" })).Expect(400).Errors("issuer").Should().ContainSingle();
        (await Hub.Http.Put($"sso-settings?scope_id={tenant}", new { protocol = "saml" })).Expect(400).GetProperty("errors").EnumerateObject()
            .Select(error => error.Name).Should().Contain(["entity_id", "sso_url", "x509_certificate"]);
        (await Hub.Http.Put($"sso-settings?scope_id={tenant}", new { protocol = "oidc", what = 1 })).Code(400).Should().Be("unknown_field");
        (await Hub.Http.Get("sso-settings")).Expect(400).Errors("scope_id").Should().ContainSingle();
    }

    [Test]
    public async Task Another_tenant_and_a_manager_cannot_touch_them()
    {
        await using var provider = await HostileProvider.Start();
        var (tenant, _) = await Tenant();
        var body = new { protocol = "oidc", issuer = provider.Issuer, client_id = "hub" };
        (await Hub.Http.Put($"sso-settings?scope_id={tenant}", body)).Expect(201);
        using var stranger = await Hub.ClientWith("admin", (await Tenant()).Id);
        (await stranger.Get($"sso-settings?scope_id={tenant}")).Code(404).Should().Be("not_found");
        (await stranger.Put($"sso-settings?scope_id={tenant}", body)).Code(404).Should().Be("not_found");
        (await stranger.Post("sso-settings/test", new { scope_id = tenant })).Code(404).Should().Be("not_found");
        using var manager = await Hub.ClientWith("manager", tenant);
        (await manager.Put($"sso-settings?scope_id={tenant}", body)).Expect(403);
        (await manager.Get($"sso-settings?scope_id={tenant}")).Expect(200);
    }

    [Test]
    public async Task The_test_reads_what_the_provider_publishes_and_has_the_secret_judged()
    {
        await using var provider = await HostileProvider.Start();
        provider.Answer("/token", new JsonObject { ["error"] = "invalid_grant" }, 400);
        var tenant = await provider.Tenant();
        var good = await Test(tenant);
        good.GetProperty("success").GetBoolean().Should().BeTrue(good.ToString());
        good.GetProperty("message").GetString().Should().Contain("secret are accepted");
        good.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()).Should().ContainInOrder("config", "connect", "sample_read", "auth");

        provider.Answer("/token", new JsonObject { ["error"] = "invalid_client" }, 401);
        await Fails("auth", "does not accept the client");
        provider.Answer("/token", "<html>", 200);
        await Fails("provider_error", "does not answer like one");
        provider.Answer("/jwks", new JsonObject { ["keys"] = new JsonArray() });
        await Fails("provider_error", "no signing keys");
        var discovery = provider.Discovery();
        discovery["issuer"] = "https://other.example";
        provider.Answer("/.well-known/openid-configuration", discovery);
        await Fails("config", "the same to the letter");
        discovery = provider.Discovery();
        discovery["token_endpoint"] = "http://idp.example.com/token";
        provider.Answer("/.well-known/openid-configuration", discovery);
        await Fails("config", "must be an https address");
        provider.Answer("/.well-known/openid-configuration", "nothing", 404);
        await Fails("not_found", "no discovery document");

        async Task Fails(string reason, string message)
        {
            var result = await Test(tenant);
            result.GetProperty("success").GetBoolean().Should().BeFalse();
            result.GetProperty("reason").GetString().Should().Be(reason);
            result.GetProperty("message").GetString().Should().Contain(message);
        }
    }

    [TestCase("invalid_grant", 400, true)]
    [TestCase("bad_verification_code", 200, true)]
    [TestCase("incorrect_client_credentials", 200, false)]
    [TestCase("invalid_client", 401, false)]
    public async Task Plain_OAuth_2_has_the_secret_judged(string error, int status, bool works)
    {
        await using var provider = await HostileProvider.Start();
        provider.Answer("/token", new JsonObject { ["error"] = error }, status);
        var tenant = await SsoTenant.Create(new
        {
            protocol = "oauth2", client_id = "hub", client_secret = "judged-secret-0123456789", authorize_url = $"{provider.Issuer}/auth",
            token_url = $"{provider.Issuer}/token", userinfo_url = $"{provider.Issuer}/me",
        });
        (await Test(tenant)).GetProperty("success").GetBoolean().Should().Be(works);
    }

    [Test]
    public async Task The_test_tells_when_a_signing_certificate_ends()
    {
        using var old = SamlForge.Issue("CN=old", TimeProvider.System.GetUtcNow().AddDays(-2));
        var tenant = await SamlForge.Tenant(old.ExportCertificatePem());
        var result = await Test(tenant);
        result.GetProperty("reason").GetString().Should().Be("auth");
        result.GetProperty("message").GetString().Should().Contain("expired on");

        await tenant.Change(new { x509_certificate = $"{old.ExportCertificatePem()}\n{SamlForge.Certificate.ExportCertificatePem()}" });
        result = await Test(tenant);
        result.GetProperty("success").GetBoolean().Should().BeTrue();
        result.GetProperty("message").GetString().Should().Contain($"valid until {SamlForge.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}");
    }

    [Test]
    public async Task The_test_compares_with_the_metadata_of_a_real_provider()
    {
        using var key = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(SamlForge.Certificate)!;
        await using var provider = await NodePeers.Start(
            "saml-idp.mjs", ("IDP_CERT", SamlForge.Certificate.ExportCertificatePem()), ("IDP_KEY", key.ExportPkcs8PrivateKeyPem()));
        var tenant = await SsoTenant.Create(new
        {
            protocol = "saml", entity_id = provider.Addresses[1].ToString(), sso_url = $"{provider.Address}sso", metadata_url = $"{provider.Address}metadata",
            x509_certificate = SamlForge.Certificate.ExportCertificatePem(),
        });
        var result = await Test(tenant);
        result.GetProperty("success").GetBoolean().Should().BeTrue(result.ToString());
        await tenant.Change(new { x509_certificate = SamlForge.Other.ExportCertificatePem() });
        (await Test(tenant)).GetProperty("message").GetString().Should().Contain("another certificate");
        await tenant.Change(new { entity_id = "https://other.example" });
        (await Test(tenant)).GetProperty("message").GetString().Should().Contain("the same to the letter");
        await tenant.Change(new { entity_id = provider.Addresses[1].ToString(), sso_url = $"{provider.Address}other" });
        (await Test(tenant)).GetProperty("message").GetString().Should().Contain("another sign-in address");
    }

    private static async Task<(long Id, string Slug)> Tenant()
    {
        var slug = SsoHub.Fresh("settings");
        return ((await Hub.Http.Post("scopes", new { kind = "tenant", name = slug, slug })).Expect(201).GetProperty("id").GetInt64(), slug);
    }

    private static async Task<System.Text.Json.JsonElement> Test(SsoTenant tenant) => (await Hub.Http.Post("sso-settings/test", new { scope_id = tenant.Id })).Expect(200);
}
