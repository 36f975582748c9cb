using System.Globalization;
using System.Net;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class RateLimitTests
{
    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:30:00.5Z", CultureInfo.InvariantCulture));
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, Issues = 40 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task A_burst_empties_the_bucket_of_one_endpoint_and_whoever_waits_as_told_is_served()
    {
        jira.Limits.Burst = new BurstRates(Get: 5);
        for (var i = 0; i < 5; i++) (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.OK);
        var refused = await caller.Get("/rest/api/3/myself");
        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        Header(refused, "RateLimit-Reason").Should().Be("jira-burst-based");
        Header(refused, "X-RateLimit-Remaining").Should().Be("0");
        Header(refused, "X-RateLimit-Reset").Should().Be("2026-11-20T15:30:01Z");
        (await caller.Get("/rest/api/3/field")).Status.Should().Be(HttpStatusCode.OK, "each endpoint has a bucket of its own");
        (await caller.Get("/rest/api/2/myself")).Status.Should().Be(HttpStatusCode.TooManyRequests, "whatever the version of the API");
        clock.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        for (var i = 0; i < 5; i++) (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.OK);
        (await caller.Get("/rest/api/3/myself")).Status.Should().Be(HttpStatusCode.TooManyRequests);
        jira.Limits.Refused.Should().Be(3);
    }

    [Test]
    public async Task Points_are_counted_by_what_was_read_and_come_back_with_the_hour()
    {
        jira.Limits.HourlyPoints = 30;
        var first = await caller.Post("/rest/api/3/search/jql", new { jql = "project = HUB", maxResults = 20, fields = new[] { "summary" } });
        first.Keys.Should().HaveCount(20);
        jira.Limits.Spent.Should().Be(21, "one for the request and one for each issue");
        var me = await caller.Get("/rest/api/3/myself");
        Header(me, "X-RateLimit-Limit").Should().Be("30");
        Header(me, "Beta-RateLimit").Should().Be("\"global-app-quota\";r=9;t=1799");
        me.Headers.Contains("X-RateLimit-NearLimit").Should().BeFalse();
        Header(await caller.Get("/rest/api/3/issue/HUB-1"), "X-RateLimit-Remaining").Should().Be("6");
        Header(await caller.Get("/rest/api/3/issue/HUB-1"), "X-RateLimit-NearLimit").Should().Be("true");
        (await caller.Send("PUT", "/rest/api/3/issue/HUB-1", new { fields = new { summary = "a write is one" } })).Status.Should().Be(HttpStatusCode.NoContent);
        jira.Limits.Spent.Should().Be(29);
        await caller.Get("/rest/api/3/field");
        var refused = await caller.Get("/rest/api/3/field");
        Header(refused, "RateLimit-Reason").Should().Be("jira-quota-global-based");
        Header(refused, "X-RateLimit-Reset").Should().Be("2026-11-20T16:00:00Z");
        clock.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        (await caller.Get("/rest/api/3/field")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Writes_to_one_issue_are_spaced()
    {
        jira.Limits.PerIssueWrites = true;
        for (var i = 0; i < 20; i++) (await Write("HUB-1", i)).Status.Should().Be(HttpStatusCode.NoContent);
        var refused = await Write("HUB-1", 20);
        Header(refused, "RateLimit-Reason").Should().Be("jira-per-issue-on-write");
        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(2));
        (await Write("HUB-2", 0)).Status.Should().Be(HttpStatusCode.NoContent);
        (await caller.Get("/rest/api/3/issue/HUB-1")).Status.Should().Be(HttpStatusCode.OK);
        for (var round = 1; round < 5; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            for (var i = 0; i < 20; i++) (await Write("HUB-1", i)).Status.Should().Be(HttpStatusCode.NoContent);
        }

        clock.Advance(TimeSpan.FromSeconds(2));
        (await Write("HUB-1", 0)).Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(20), "100 writes in 30 seconds are the other limit");

        Task<Answer> Write(string key, int n) => caller.Send("PUT", $"/rest/api/3/issue/{key}", new { fields = new { summary = $"{n}" } });
    }

    [Test]
    public async Task Data_center_tells_a_wait_of_zero_while_there_is_something_left()
    {
        await using var site = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, Deployment = Deployment.Server });
        using var visitor = new JiraCaller(site);
        site.Limits.Server = new ServerBucket(2, 1, 10);
        var first = await visitor.Get("/rest/api/2/myself");
        (first.Status, Header(first, "retry-after"), Header(first, "X-RateLimit-Remaining")).Should().Be((HttpStatusCode.OK, "0", "1"));
        (Header(first, "X-RateLimit-Interval-Seconds"), Header(first, "X-RateLimit-FillRate")).Should().Be(("10", "1"));
        await visitor.Get("/rest/api/2/field");
        var refused = await visitor.Get("/rest/api/2/myself");
        (refused.Status, Header(refused, "retry-after")).Should().Be((HttpStatusCode.TooManyRequests, "10"));
        refused.Headers.Contains("RateLimit-Reason").Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(10));
        (await visitor.Get("/rest/api/2/myself")).Status.Should().Be(HttpStatusCode.OK);
    }

    static string Header(Answer answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";
}
