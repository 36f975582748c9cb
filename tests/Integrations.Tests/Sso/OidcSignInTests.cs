using System.Net.Http.Json;
using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

/// <summary>People sign in at a certified OpenID provider, page by page, as with a browser.</summary>
public sealed class OidcSignInTests
{
    private static NodePeer? peer;

    private static HubFixture Hub => SsoHub.Hub;

    private static NodePeer Provider => peer ?? throw new InvalidOperationException("The provider has not started.");

    [OneTimeSetUp]
    public static async Task Start()
    {
        peer = await NodePeers.Start("oidc-provider.mjs");
        await peer.Control("settings", new
        {
            claims = new Dictionary<string, object>
            {
                ["boss"] = new { groups = new[] { "staff", "hub-managers", "hub-admins" }, name = "The Boss" },
                ["dev"] = new { groups = "hub-managers" },
                ["guest"] = new { groups = new[] { "visitors" } },
                ["unsure"] = new { email_verified = false },
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
    public async Task A_user_comes_in_with_the_strongest_mapped_role_and_sees_the_own_tenant_only()
    {
        var tenant = await Tenant(new() { ["role_claim"] = "groups", ["role_mapping"] = Mapping });
        var other = await Tenant([]);
        using var browser = new Browser();
        var page = await SignIn(browser, $"/login/sso?tenant={tenant.Slug.ToUpperInvariant()}&return_to=/api/v1/me?from=login", "boss");
        page.Address.PathAndQuery.Should().Be("/api/v1/me?from=login");
        var me = JsonElement.Parse(page.Html);
        me.GetProperty("user").GetProperty("email").GetString().Should().Be("boss@example.com");
        me.GetProperty("user").GetProperty("name").GetString().Should().Be("The Boss");
        me.GetProperty("key").ValueKind.Should().Be(JsonValueKind.Null);
        me.GetProperty("role").GetString().Should().Be("admin");
        me.GetProperty("scope").GetProperty("id").GetInt64().Should().Be(tenant.Id);

        (await browser.Open(Hub.Url, $"/api/v1/scopes/{tenant.Id}")).Status.Should().Be(200);
        (await browser.Open(Hub.Url, $"/api/v1/scopes/{other.Id}")).Status.Should().Be(404);
        (await browser.Open(Hub.Url, $"/api/v1/integrations/{other.IntegrationId}")).Status.Should().Be(404);
        (await browser.Open(Hub.Url, "/api/v1/scopes/1")).Status.Should().Be(404);
        (await browser.Open(Hub.Url, "/api/v1/audit?limit=200")).Html.Should().NotContain(other.Slug);
        var started = (await tenant.Audit("session.started")).Single();
        started.GetProperty("actor").GetProperty("name").GetString().Should().Be("boss@example.com");
        started.GetProperty("actor").GetProperty("user_id").GetInt64().Should().Be(me.GetProperty("user").GetProperty("id").GetInt64());
    }

    [Test]
    public async Task The_same_person_at_two_tenants_is_two_users_and_coming_back_makes_no_third()
    {
        var (first, second) = (await Tenant([]), await Tenant([]));
        var ids = new List<long>();
        foreach (var tenant in new[] { first, second, first })
        {
            using var browser = new Browser();
            await SignIn(browser, $"/auth/sso/{tenant.Slug}", "dev");
            ids.Add((await SsoTenant.Me(browser)).Me.GetProperty("user").GetProperty("id").GetInt64());
        }

        ids[0].Should().NotBe(ids[1]).And.Be(ids[2]);
        (await first.Audit("user.created")).Should().ContainSingle();
    }

    [TestCase("dev", "manager")]
    [TestCase("guest", "viewer")]
    public async Task A_claim_of_one_text_counts_and_who_has_no_mapped_group_gets_the_default_role(string login, string role)
    {
        var tenant = await Tenant(new() { ["role_mapping"] = Mapping, ["default_role"] = "viewer" });
        using var browser = new Browser();
        await SignIn(browser, $"/auth/sso/{tenant.Slug}", login);
        (await SsoTenant.Me(browser)).Me.GetProperty("role").GetString().Should().Be(role);
    }

    [TestCase("guest", "no role here belongs to your groups", "default role is none")]
    [TestCase("unsure", "not verified", "not verified")]
    [TestCase("outsider", "domain that may sign in here", "not of an allowed domain")]
    public async Task Who_may_not_come_in_is_told_why_and_so_is_the_administrator(string login, string told, string noted)
    {
        var tenant = await Tenant(new() { ["role_mapping"] = Mapping, ["default_role"] = login is "guest" ? "none" : "viewer", ["allowed_domains"] = "example.com, example.org" });
        using var browser = new Browser();
        var page = await SignIn(browser, $"/auth/sso/{tenant.Slug}", login);
        page.Address.AbsolutePath.Should().Be("/login");
        page.Alert.Should().Contain(told);
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
        (await tenant.Refusals()).Should().ContainSingle().Which.Should().Contain(noted);
    }

    [Test]
    public async Task Who_refuses_at_the_provider_is_back_at_the_login_page()
    {
        var tenant = await Tenant([]);
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, $"/auth/sso/{tenant.Slug}");
        var cancel = System.Text.RegularExpressions.Regex.Match(page.Html, "href=\"([^\"]*/abort)\"").Groups[1].Value;
        page = await browser.Open(new Uri(page.Address, cancel));
        page.Alert.Should().Contain("did not let you in");
        (await tenant.Refusals()).Should().ContainSingle().Which.Should().Contain("access_denied");
    }

    [Test]
    public async Task A_wrong_client_secret_is_the_integrations_fault_and_turns_it_red()
    {
        var tenant = await Tenant(new() { ["client_secret"] = "not-the-secret-0123456789" });
        using var browser = new Browser();
        var page = await SignIn(browser, $"/auth/sso/{tenant.Slug}", "dev");
        page.Alert.Should().Contain("not set up completely");
        var integration = (await Hub.Http.Get($"integrations/{tenant.IntegrationId}")).Expect(200);
        integration.GetProperty("health_status").GetString().Should().Be("error");
        (await tenant.Refusals()).Single().Should().Contain("invalid_client").And.NotContain("not-the-secret");
    }

    [Test]
    public async Task Plain_OAuth_2_signs_in_by_the_profile()
    {
        var (id, secret) = await Register();
        var tenant = await SsoTenant.Create(new
        {
            protocol = "oauth2", client_id = id, client_secret = secret, authorize_url = $"{Provider.Address}auth", token_url = $"{Provider.Address}token",
            userinfo_url = $"{Provider.Address}me", scopes = "openid profile email", subject_claim = "sub", role_mapping = Mapping, default_role = "none",
        });
        using var browser = new Browser();
        await SignIn(browser, $"/auth/sso?integration_id={tenant.IntegrationId}", "boss");
        var (_, me) = await SsoTenant.Me(browser);
        me.GetProperty("role").GetString().Should().Be("admin");
        me.GetProperty("user").GetProperty("email").GetString().Should().Be("boss@example.com");
    }

    [Test]
    public async Task Switching_the_sign_in_off_or_deleting_the_tenant_ends_its_sessions()
    {
        var tenant = await Tenant([]);
        using var browser = new Browser();
        await SignIn(browser, $"/auth/sso/{tenant.Slug}", "dev");
        (await Hub.Http.Patch($"integrations/{tenant.IntegrationId}/status", new { enabled = false })).Expect(200);
        (await SsoTenant.Me(browser)).Status.Should().Be(401);
        (await browser.Open(Hub.Url, $"/auth/sso/{tenant.Slug}")).Alert.Should().Contain("No single sign-on is set up");

        (await Hub.Http.Patch($"integrations/{tenant.IntegrationId}/status", new { enabled = true })).Expect(200);
        (await SsoTenant.Me(browser)).Status.Should().Be(401, "what was ended stays ended");
        using var again = new Browser();
        await SignIn(again, $"/auth/sso/{tenant.Slug}", "dev");
        (await SsoTenant.Me(again)).Status.Should().Be(200);
        (await Hub.Http.Delete($"scopes/{tenant.Id}?cascade=true")).Expect(204);
        (await SsoTenant.Me(again)).Status.Should().Be(401);
    }

    private static object Mapping => new Dictionary<string, string> { ["hub-admins"] = "admin", ["hub-managers"] = "manager", ["nonsense"] = "emperor" };

    private static async Task<SsoTenant> Tenant(Dictionary<string, object> more)
    {
        var (id, secret) = await Register();
        var configuration = new Dictionary<string, object>
        {
            ["protocol"] = "oidc", ["issuer"] = Provider.Address.ToString().TrimEnd('/'), ["client_id"] = id, ["client_secret"] = secret,
        };
        foreach (var (name, value) in more)
            configuration[name] = value;
        return await SsoTenant.Create(configuration);
    }

    private static async Task<(string Id, string Secret)> Register()
    {
        using var response = await Provider.Http.PostAsJsonAsync(new Uri(Provider.Address, "/reg"), new
        {
            redirect_uris = new[] { new Uri(Hub.Url, "/auth/sso/callback").ToString() }, grant_types = new[] { "authorization_code" }, response_types = new[] { "code" },
        });
        var client = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return (client.GetProperty("client_id").GetString()!, client.GetProperty("client_secret").GetString()!);
    }

    /// <summary>From the hub to the provider, through its pages, and back.</summary>
    private static async Task<Browser.View> SignIn(Browser browser, string path, string login)
    {
        var page = await browser.Open(Hub.Url, path);
        page.Address.Authority.Should().Be(Provider.Address.Authority, page.Html);
        page = await browser.Submit(page, action => action.Contains("/interaction/", StringComparison.Ordinal), ("login", login), ("password", "any"));
        return await browser.Submit(page, action => action.Contains("/interaction/", StringComparison.Ordinal));
    }
}
