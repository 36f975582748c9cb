using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

/// <summary>People sign in at a SAML identity provider that nobody here wrote.</summary>
public sealed class SamlSignInTests
{
    private static NodePeer? peer;

    private static HubFixture Hub => SsoHub.Hub;

    private static NodePeer Provider => peer ?? throw new InvalidOperationException("The provider has not started.");

    [OneTimeSetUp]
    public static async Task Start()
    {
        using var key = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(SamlForge.Certificate)!;
        peer = await NodePeers.Start("saml-idp.mjs", ("IDP_CERT", SamlForge.Certificate.ExportCertificatePem()), ("IDP_KEY", key.ExportPkcs8PrivateKeyPem()));
        await peer.Control("settings", new
        {
            people = new Dictionary<string, object>
            {
                ["boss"] = new { name = "The Böss & Co", groups = new[] { "staff", "hub-admins" } },
                ["outsider"] = new { email = "outsider@elsewhere.example" },
            },
        });
    }

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (peer is not null)
            await peer.DisposeAsync();
    }

    [Test]
    [NonParallelizable]
    public async Task A_user_comes_in_with_the_mapped_role_whatever_the_provider_signs([Values("assertion", "response", "both")] string signed)
    {
        await Provider.Control("settings", new { sign_assertion = signed is not "response", sign_response = signed is not "assertion" });
        var tenant = await Tenant();
        using var browser = new Browser();
        var page = await SignIn(browser, $"/login/sso?tenant={tenant.Slug}&return_to=/api/v1/me", "boss");
        page.Address.AbsolutePath.Should().Be("/api/v1/me", string.Join('\n', await tenant.Refusals()));
        var (_, me) = await SsoTenant.Me(browser);
        me.GetProperty("user").GetProperty("email").GetString().Should().Be("boss@example.com");
        me.GetProperty("user").GetProperty("name").GetString().Should().Be("The Böss & Co");
        me.GetProperty("role").GetString().Should().Be("admin");
        me.GetProperty("scope").GetProperty("id").GetInt64().Should().Be(tenant.Id);
        (await tenant.Audit("session.started")).Single().GetProperty("actor").GetProperty("name").GetString().Should().Be("boss@example.com");
    }

    [Test]
    [NonParallelizable]
    public async Task Unsigned_and_encrypted_assertions_are_refused()
    {
        await Provider.Control("settings", new { sign_assertion = false, sign_response = false });
        var tenant = await Tenant();
        using var browser = new Browser();
        (await SignIn(browser, $"/auth/sso/{tenant.Slug}", "boss")).Alert.Should().Contain("could not be trusted");
        await Provider.Control("settings", new { sign_assertion = true, encrypt = true });
        (await SignIn(browser, $"/auth/sso/{tenant.Slug}", "boss")).Alert.Should().Contain("encrypted assertion");
        await Provider.Control("settings", new { encrypt = false });
        (await SignIn(browser, $"/auth/sso/{tenant.Slug}", "outsider")).Alert.Should().Contain("does not belong to a domain");
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
        (await tenant.Refusals()).Should().HaveCount(3);
    }

    [Test]
    public async Task The_hub_describes_itself_to_providers()
    {
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, "/auth/sso/acme/metadata");
        page.Response.Content.Headers.ContentType!.MediaType.Should().Be("application/samlmetadata+xml");
        var metadata = SamlForge.Parse(page.Html);
        metadata.DocumentElement!.GetAttribute("entityID").Should().Be(new Uri(Hub.Url, "/auth/sso/acme/metadata").ToString());
        var service = SamlForge.Find(metadata, "AssertionConsumerService");
        service.GetAttribute("Location").Should().Be(new Uri(Hub.Url, "/auth/sso/acs").ToString());
        service.GetAttribute("Binding").Should().Be("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST");
        (await browser.Open(Hub.Url, "/auth/sso/No%20Slug/metadata")).Status.Should().Be(404);
    }

    private static Task<SsoTenant> Tenant() => SsoTenant.Create(new
    {
        protocol = "saml", entity_id = Provider.Addresses[1].ToString(), sso_url = $"{Provider.Address}sso", x509_certificate = SamlForge.Certificate.ExportCertificatePem(),
        role_mapping = new Dictionary<string, string> { ["hub-admins"] = "admin" }, default_role = "viewer", allowed_domains = "example.com",
    });

    private static async Task<Browser.View> SignIn(Browser browser, string path, string login)
    {
        var page = await browser.Open(Hub.Url, path);
        page.Address.Authority.Should().Be(Provider.Address.Authority, page.Html);
        page = await browser.Submit(page, _ => true, ("login", login));
        return await browser.Submit(page, _ => true);
    }
}
