using System.Net;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Sso;

public sealed class LoginPageTests
{
    private static HubFixture Hub => SsoHub.Hub;

    [Test]
    public async Task A_person_signs_in_with_a_key_and_out_again_without_scripts()
    {
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, "/login");
        page.Status.Should().Be(200);
        page.Html.Should().NotContain("<script");
        page.Response.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("default-src 'none'").And.NotContain("unsafe");
        page = await browser.Submit(page, action => action == "/login", ("key", $"  {HubFixture.AdminKey} "));
        page.Address.AbsolutePath.Should().StartWith("/docs");
        (await browser.Open(Hub.Url, "/api/v1/me")).Status.Should().Be(200);

        page = await browser.Open(Hub.Url, "/logout");
        (await browser.Open(Hub.Url, "/api/v1/me")).Status.Should().Be(200, "looking at the page signs nobody out");
        page = await browser.Submit(page, action => action == "/logout");
        page.Alert.Should().Be("You are signed out.");
        (await browser.Open(Hub.Url, "/api/v1/me")).Status.Should().Be(401);
    }

    [Test]
    public async Task A_wrong_key_is_told_in_words_and_the_way_back_is_kept()
    {
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, "/login?return_to=%2Fapi%2Fv1%2Fme%3Fx%3D1");
        page = await browser.Submit(page, action => action == "/login", ("key", "hub_wrong"));
        page.Status.Should().Be(400);
        page.Alert.Should().Contain("unknown, revoked or expired");
        browser.Cookie(Hub.Url, "hub_session").Should().BeNull();
        page = await browser.Submit(page, action => action == "/login", ("key", HubFixture.AdminKey));
        page.Address.PathAndQuery.Should().Be("/api/v1/me?x=1");
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example/")]
    [TestCase("\\\\evil.example")]
    [TestCase("/\t/evil.example")]
    [TestCase("javascript:alert(1)")]
    [TestCase("docs")]
    public async Task Nobody_is_sent_elsewhere_after_signing_in(string target)
    {
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, $"/login?return_to={Uri.EscapeDataString(target)}");
        page = await browser.Submit(page, action => action == "/login", ("key", HubFixture.AdminKey), ("return_to", target));
        browser.Visited.Should().OnlyContain(address => address.Authority == Hub.Url.Authority);
        page.Address.AbsolutePath.Should().StartWith("/docs");
    }

    [Test]
    public async Task A_form_of_another_site_signs_nobody_in()
    {
        using var browser = new Browser();
        var page = await browser.Post(new Uri(Hub.Url, "/login"), ("key", HubFixture.AdminKey));
        page.Status.Should().Be(400);
        page.Alert.Should().Contain("The form was open for too long");
        browser.Cookie(Hub.Url, "hub_session").Should().BeNull();
    }

    [Test]
    public async Task A_form_of_another_site_signs_nobody_out()
    {
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, "/login");
        await browser.Submit(page, action => action == "/login", ("key", HubFixture.AdminKey));
        await browser.Post(new Uri(Hub.Url, "/logout"));
        (await browser.Open(Hub.Url, "/api/v1/me")).Status.Should().Be(200);
    }

    [Test]
    public async Task What_is_typed_into_the_address_is_shown_as_text_or_not_at_all()
    {
        using var browser = new Browser();
        var page = await browser.Open(Hub.Url, "/login?problem=%3Cb%3Ex&tenant=%22%3E%3Cimg%20src%3Dx%3E&return_to=/%22%3E%3Cimg%3E");
        page.Html.Should().NotContain("<img").And.NotContain("<b>x");
        page.Alert.Should().BeNull();
    }

    [Test]
    public async Task A_new_session_takes_the_place_of_the_earlier_one()
    {
        using var browser = new Browser();
        await browser.Submit(await browser.Open(Hub.Url, "/login"), action => action == "/login", ("key", HubFixture.AdminKey));
        var earlier = browser.Cookie(Hub.Url, "hub_session")!.Value;
        await browser.Submit(await browser.Open(Hub.Url, "/login"), action => action == "/login", ("key", HubFixture.AdminKey));
        browser.Cookie(Hub.Url, "hub_session")!.Value.Should().NotBe(earlier);
        using var thief = new Browser();
        thief.Set(Hub.Url, new Cookie("hub_session", earlier));
        (await thief.Open(Hub.Url, "/api/v1/me")).Status.Should().Be(401);
    }

    [Test]
    public async Task Behind_a_proxy_with_tls_the_cookies_are_secure()
    {
        await using var hub = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            setup.Settings["Hub:PublicUrl"] = "https://hub.example.com";
        });
        var answer = await hub.ClientFor(null).Post("auth/sessions", new { key = HubFixture.AdminKey });
        answer.Expect(200);
        answer.Response.Headers.GetValues("Set-Cookie").Should().OnlyContain(cookie => cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }
}
