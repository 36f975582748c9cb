using System.Net;
using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Sessions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

public sealed class SessionsTests
{
    private const string Csrf = "X-CSRF-Token";
    private static HubFixture Hub => SsoHub.Hub;

    [Test]
    public async Task A_key_opens_a_session_that_acts_as_the_key_and_is_named_in_the_audit_log()
    {
        var tenant = await Hub.CreateScope("tenant", SsoHub.Fresh("Session"));
        using var client = Client();
        var (id, text) = await Key("manager", tenant);
        var signedIn = await client.Post("auth/sessions", new { key = text });
        var cookie = signedIn.Response.Headers.GetValues("Set-Cookie").Single(header => header.StartsWith("hub_session=", StringComparison.Ordinal));
        cookie.Should().ContainEquivalentOf("httponly").And.ContainEquivalentOf("samesite=lax").And.ContainEquivalentOf("path=/")
            .And.NotContainEquivalentOf("domain").And.NotContainEquivalentOf("secure", "this hub is reached by http");
        signedIn.Expect(200).GetProperty("role").GetString().Should().Be("manager");

        var me = (await client.Get("me")).Expect(200);
        me.GetProperty("key").GetProperty("id").GetInt64().Should().Be(id);
        me.GetProperty("user").ValueKind.Should().Be(JsonValueKind.Null);
        me.GetProperty("scope").GetProperty("id").GetInt64().Should().Be(tenant);

        var token = (await client.Get("auth/session")).Expect(200).GetProperty("csrf_token").GetString()!;
        (await client.Post("projects", new { name = "By session", parent_id = tenant }, (Csrf, token))).Expect(201);
        var entries = (await Hub.Http.Get($"audit?actor={id}")).Expect(200).GetProperty("items").EnumerateArray()
            .Select(entry => entry.GetProperty("action").GetString()).ToArray();
        entries.Should().Contain(["scope.created", "session.started"]);
    }

    [Test]
    public async Task Changing_requests_need_the_token_of_this_very_session()
    {
        using var client = Client();
        await SignIn(client, HubFixture.AdminKey);
        (await client.Post("scopes", new { kind = "tenant", name = "Forged" })).Code(403).Should().Be("csrf_token_invalid");
        (await client.Delete("keys/1")).Code(403).Should().Be("csrf_token_invalid");
        (await client.Ask(HttpMethod.Delete, "auth/sessions/current")).Code(403).Should().Be("csrf_token_invalid");
        (await client.Post("scopes", new { kind = "tenant", name = "Forged" }, (Csrf, "nonsense"))).Code(403).Should().Be("csrf_token_invalid");

        using var other = Client();
        await SignIn(other, HubFixture.AdminKey);
        var foreign = (await other.Get("auth/session")).Expect(200).GetProperty("csrf_token").GetString()!;
        (await client.Post("scopes", new { kind = "tenant", name = "Forged" }, (Csrf, foreign))).Code(403).Should().Be("csrf_token_invalid");
        (await client.Get("scopes?limit=1")).Expect(200);
        (await Hub.Http.Get("scopes?kind=tenant&limit=200")).Text.Should().NotContain("Forged");
    }

    [Test]
    public async Task Signing_out_ends_the_session_at_once_and_for_good()
    {
        using var client = Client();
        await SignIn(client, HubFixture.AdminKey);
        var cookie = client.Cookies.GetCookies(Hub.Url)["hub_session"]!.Value;
        var token = (await client.Get("auth/session")).Expect(200).GetProperty("csrf_token").GetString()!;
        (await client.Ask(HttpMethod.Delete, "auth/sessions/current", null, (Csrf, token))).Expect(204);
        client.Cookies.GetCookies(Hub.Url)["hub_session"].Should().BeNull();

        using var thief = Client();
        thief.Cookies.Add(Hub.Url, new Cookie("hub_session", cookie));
        (await thief.Get("me")).Code(401).Should().Be("session_ended");
    }

    [Test]
    public async Task A_revoked_key_ends_its_sessions()
    {
        var tenant = await Hub.CreateScope("tenant", SsoHub.Fresh("Revoked"));
        var (id, text) = await Key("viewer", tenant);
        using var client = Client();
        await SignIn(client, text);
        (await client.Get("me")).Expect(200);
        (await Hub.Http.Delete($"keys/{id}")).Expect(204);
        (await client.Get("me")).Code(401).Should().Be("session_ended");
    }

    [Test]
    public async Task An_admin_sees_and_ends_sessions_of_the_own_scope_only()
    {
        var tenant = await Hub.CreateScope("tenant", SsoHub.Fresh("Listed"));
        var (_, text) = await Key("viewer", tenant);
        using var client = Client();
        var session = await SignIn(client, text);
        using var admin = await Hub.ClientWith("admin", tenant);
        using var stranger = await Hub.ClientWith("admin", await Hub.CreateScope("tenant", SsoHub.Fresh("Stranger")));

        (await admin.Get("auth/sessions")).Expect(200).Ids().Should().Equal(session);
        (await stranger.Get("auth/sessions")).Expect(200).Ids().Should().BeEmpty();
        (await stranger.Delete($"auth/sessions/{session}")).Code(404).Should().Be("not_found");
        (await client.Get("me")).Expect(200);
        (await admin.Delete($"auth/sessions/{session}")).Expect(204);
        (await client.Get("me")).Code(401).Should().Be("session_ended");
        (await admin.Get("auth/sessions")).Expect(200).Ids().Should().BeEmpty();
    }

    [Test]
    public async Task Bad_credentials_open_nothing()
    {
        using var client = Client();
        (await client.Post("auth/sessions", new { key = "hub_nobody_knows_this_key" })).Code(401).Should().Be("invalid_credentials");
        (await client.Post("auth/sessions", new { key = "" })).Expect(400).Errors("key").Should().ContainSingle();
        (await client.Post("auth/sessions", new { key = new string('x', 600) })).Expect(400).Errors("key").Should().ContainSingle();
        client.Cookies.GetCookies(Hub.Url)["hub_session"].Should().BeNull();
        client.Cookies.Add(Hub.Url, new Cookie("hub_session", "made-up"));
        (await client.Get("me")).Code(401).Should().Be("session_ended");
        (await Hub.Http.Get("auth/session")).Code(404).Should().Be("not_found");
    }

    [Test]
    public async Task A_key_in_the_header_counts_more_than_a_cookie_and_needs_no_token()
    {
        var tenant = await Hub.CreateScope("tenant", SsoHub.Fresh("Header"));
        var (_, text) = await Key("viewer", tenant);
        using var client = Client();
        await SignIn(client, text);
        var answer = await client.Post("scopes", new { kind = "team", name = "By key", parent_id = tenant }, ("Authorization", $"Bearer {HubFixture.AdminKey}"));
        answer.Expect(201);
    }

    [Test]
    public async Task The_clock_ends_a_session_eight_hours_after_its_last_use_and_a_day_after_its_start()
    {
        var time = new FakeTime(new DateTimeOffset(2031, 5, 4, 12, 0, 0, TimeSpan.Zero));
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        using var client = new CookieClient(hub);
        (await client.Post("auth/sessions", new { key = HubFixture.AdminKey })).Expect(200);
        for (var hours = 7; hours <= 21; hours += 7)
        {
            time.Advance(TimeSpan.FromHours(7));
            (await client.Get("me")).Expect(200);
        }

        time.Advance(TimeSpan.FromHours(3.1));
        (await client.Get("me")).Code(401).Should().Be("session_ended", "a day is over, though it was used all the time");
        (await client.Post("auth/sessions", new { key = HubFixture.AdminKey })).Expect(200);
        time.Advance(TimeSpan.FromHours(8.1));
        (await client.Get("me")).Code(401).Should().Be("session_ended", "nobody used it for eight hours");
    }

    [Test]
    public async Task What_is_over_is_forgotten()
    {
        var time = new FakeTime(new DateTimeOffset(2031, 5, 4, 12, 0, 0, TimeSpan.Zero));
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        using var client = new CookieClient(hub);
        (await client.Post("auth/sessions", new { key = HubFixture.AdminKey })).Expect(200);
        var configuration = new { protocol = "saml", entity_id = "idp", sso_url = "https://idp.example.com", x509_certificate = SamlForge.Certificate.ExportCertificatePem() };
        (await hub.Http.Post("integrations", new { scope_id = 1, name = "SSO", integration_type = "sso", configuration })).Expect(201);
        (await client.Get("/auth/sso/platform")).Status.Should().Be(303);
        var forget = hub.Services.GetRequiredService<ForgetSessions>();
        (await forget.Tick(default)).Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(11));
        (await forget.Tick(default)).Should().Be(1, "the sign-in never came back");
        time.Advance(TimeSpan.FromHours(8));
        (await forget.Tick(default)).Should().Be(1, "nobody used the session for eight hours");
    }

    [Test]
    public async Task Attempts_to_sign_in_are_limited_by_address()
    {
        await using var hub = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            setup.Settings["Hub:SignIn:AttemptsPerMinute"] = "3";
        });
        using var client = new CookieClient(hub);
        for (var attempt = 0; attempt < 3; attempt++)
            (await client.Post("auth/sessions", new { key = "hub_wrong" })).Expect(401);
        var limited = await client.Post("auth/sessions", new { key = HubFixture.AdminKey });
        limited.Code(429).Should().Be("rate_limited");
        limited.Response.Headers.RetryAfter.Should().NotBeNull();

        using var browser = new Browser();
        var page = await browser.Open(hub.Url, "/login");
        page = await browser.Submit(page, action => action == "/login", ("key", HubFixture.AdminKey));
        page.Status.Should().Be(429);
        page.Alert.Should().StartWith("Too many attempts");
        (await hub.Http.Get("me")).Expect(200);
    }

    private static CookieClient Client() => new(Hub);

    private static async Task<long> SignIn(HttpClient client, string key) =>
        (await client.Post("auth/sessions", new { key })).Expect(200).GetProperty("id").GetInt64();

    private static async Task<(long Id, string Text)> Key(string role, long scope)
    {
        var key = (await Hub.Http.Post("keys", new { name = SsoHub.Fresh("Key"), role, scope_id = scope })).Expect(201);
        return (key.GetProperty("id").GetInt64(), key.GetProperty("key").GetString()!);
    }
}
