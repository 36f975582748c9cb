using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class AuthTests
{
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task The_right_token_works_and_a_wrong_one_is_refused()
    {
        (await caller.Get("/rest/api/3/myself")).Json.GetProperty("timeZone").GetString().Should().Be("America/New_York");
        caller.Authorization = "Basic bm9ib2R5Om5vdGhpbmc=";
        var refused = await caller.Get("/rest/api/3/myself");
        refused.Status.Should().Be(HttpStatusCode.Unauthorized);
        refused.Json.GetProperty("status-code").GetInt32().Should().Be(401);
        (await caller.Get("/rest/api/2/serverInfo")).Status.Should().Be(HttpStatusCode.OK, "serverInfo proves nothing about credentials");
    }

    [Test]
    public async Task The_anonymous_user_sees_an_empty_site_instead_of_an_error()
    {
        jira.Auth.Mode = AuthMode.Anonymous;
        (await caller.Get("/rest/api/3/search/jql?jql=project=HUB")).Json.GetProperty("issues").GetArrayLength().Should().Be(0);
        (await caller.Get("/rest/api/3/issue/HUB-1")).Status.Should().Be(HttpStatusCode.NotFound);
        (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task A_proxy_and_a_captcha_stand_in_the_way()
    {
        jira.Auth.Mode = AuthMode.LoginPage;
        var page = await caller.Get("/rest/api/3/myself");
        (page.Status, page.Body[..15]).Should().Be((HttpStatusCode.OK, "<!DOCTYPE html>"));
        jira.Auth.Mode = AuthMode.Captcha;
        var denied = await caller.Get("/rest/api/3/myself");
        denied.Status.Should().Be(HttpStatusCode.Forbidden);
        denied.Headers.GetValues("X-Seraph-LoginReason").Should().Equal("AUTHENTICATION_DENIED");
    }

    [Test]
    public async Task A_token_can_be_revoked_in_the_middle_of_a_run()
    {
        jira.Auth.RevokeAfter(2);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++) statuses.Add((await caller.Get("/rest/api/3/field")).Status);
        statuses.Should().Equal(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task A_token_with_scopes_works_only_at_the_gateway()
    {
        await using var scoped = await FakeJiraServer.Start(new FakeJiraOptions { ScopedToken = true });
        var cloudId = (await caller.Send("GET", "/_edge/tenant_info", at: scoped.Url)).Json.GetProperty("cloudId").GetString();
        (await caller.Send("GET", "/rest/api/3/myself", at: scoped.Url)).Body.Should().Contain("scope does not match");
        (await caller.Send("GET", "/rest/api/3/myself", at: scoped.GatewayUrl)).Status.Should().Be(HttpStatusCode.OK);
        scoped.GatewayUrl.Should().EndWith(cloudId);
    }
}
