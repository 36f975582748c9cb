using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class FaultTests
{
    const string Create = "/rest/api/3/issue";

    static readonly object Bug = new { fields = new { project = new { key = "HUB" }, issuetype = new { name = "Bug" }, summary = "Once" } };

    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start();
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task A_throttled_path_says_how_long_to_wait_and_why_then_recovers()
    {
        jira.Faults.Next("/rest/api/3/my", Fault.Throttle(7, "jira-quota-tenant-based"), times: 2);
        (await caller.Get("/rest/api/3/field")).Status.Should().Be(HttpStatusCode.OK);
        var first = await caller.Get("/rest/api/3/myself");
        first.Status.Should().Be(HttpStatusCode.TooManyRequests);
        first.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(7));
        first.Headers.GetValues("RateLimit-Reason").Should().Equal("jira-quota-tenant-based");
        (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.OK);
        jira.Faults.Served.Should().Be(2);
    }

    [Test]
    public async Task A_reset_connection_hides_that_the_issue_was_created()
    {
        jira.Faults.Next(Create, Fault.Reset);
        var create = () => caller.Post(Create, Bug);
        await create.Should().ThrowAsync<HttpRequestException>();
        jira.Issues["HUB-1"].Summary.Should().Be("Once");
    }

    [Test]
    public async Task An_unavailable_site_does_not_create_the_issue()
    {
        jira.Faults.Next("", Fault.Status(503, retryAfterSeconds: 2));
        var answer = await caller.Post(Create, Bug);
        (answer.Status, answer.Headers.RetryAfter!.Delta).Should().Be((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(2)));
        jira.Issues.Count.Should().Be(0);
    }

    [Test]
    public async Task Other_bad_answers_are_a_page_a_redirect_a_cut_and_a_slow_body()
    {
        foreach (var fault in new[] { Fault.Html203, Fault.Redirect("https://sso.example.com/"), Fault.CutJson, Fault.Slow(TimeSpan.FromMilliseconds(1)) })
            jira.Faults.Next("/rest/", fault);
        var page = await caller.Get("/rest/api/3/myself");
        ((int)page.Status, page.Body).Should().Be((203, page.Body)).And.Subject.As<(int, string)>().Item2.Should().StartWith("<!DOCTYPE html>");
        (await caller.Get("/rest/api/3/myself")).Headers.Location.Should().Be("https://sso.example.com/");
        (await caller.Get("/rest/api/3/myself")).Body.Should().StartWith("{").And.NotEndWith("}");
        (await caller.Get("/rest/api/3/myself")).Json.GetProperty("active").GetBoolean().Should().BeTrue();
    }

    [Test]
    public async Task A_silent_site_answers_never()
    {
        jira.Faults.Next("/rest/", Fault.Timeout);
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };
        await http.Invoking(h => h.GetAsync(jira.Url + "/rest/api/3/serverInfo")).Should().ThrowAsync<TaskCanceledException>();
    }

    [Test]
    public async Task What_was_asked_is_remembered()
    {
        await caller.Post("/rest/api/3/search/jql", new { jql = "project = HUB" });
        var asked = jira.Requests.To("/search/jql", "POST").Single();
        asked.Json.GetProperty("jql").GetString().Should().Be("project = HUB");
        (asked.Status, asked.Headers["Authorization"]).Should().Be((200, jira.Auth.Header));
    }
}
