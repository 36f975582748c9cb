using System.Globalization;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class TimeZoneTests
{
    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture));

    [TestCase("America/Los_Angeles", "07:30", "-0800")]
    [TestCase("Asia/Shanghai", "23:30", "+0800")]
    [TestCase("Asia/Kolkata", "21:00", "+0530")]
    public async Task Queries_and_answers_of_cloud_are_in_the_zone_of_the_account(string zone, string local, string offset)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, TimeZone = zone });
        using var caller = new JiraCaller(jira);
        var key = jira.Issues.Add("HUB").Key;
        (await caller.Walk($"updated >= '2026-11-20 {local}'")).Single().Should().Equal(key);
        clock.Advance(TimeSpan.FromMinutes(1));
        (await caller.Walk($"updated > '2026-11-20 {local}'")).Single().Should().BeEmpty();
        (await caller.Get($"/rest/api/3/issue/{key}")).Json.GetProperty("fields").GetProperty("updated").GetString().Should().Be($"2026-11-20T{local}:00.000{offset}");
        (await caller.Get("/rest/api/3/myself")).Json.GetProperty("timeZone").GetString().Should().Be(zone);
        clock.Advance(TimeSpan.FromMinutes(-1));
    }

    [Test]
    public async Task Data_center_writes_times_in_its_own_zone_and_reads_queries_in_that_of_the_account()
    {
        var options = new FakeJiraOptions { Clock = clock, Deployment = Deployment.Server, TimeZone = "Asia/Shanghai", ServerTimeZone = "America/Los_Angeles" };
        await using var jira = await FakeJiraServer.Start(options);
        using var caller = new JiraCaller(jira);
        var key = jira.Issues.Add("HUB").Key;
        var info = (await caller.Get("/rest/api/2/serverInfo")).Json;
        info.GetProperty("serverTimeZone").GetString().Should().Be("America/Los_Angeles");
        info.GetProperty("serverTime").GetString().Should().Be("2026-11-20T07:30:00.000-0800");
        (await caller.Get($"/rest/api/2/issue/{key}")).Json.GetProperty("fields").GetProperty("created").GetString().Should().EndWith("-0800");
        (await caller.Get("/rest/api/2/search?jql=updated+%3E%3D+%222026-11-20+23:30%22")).Keys.Should().Equal(key);
        (await caller.Get("/rest/api/2/search?jql=updated+%3E%3D+%222026-11-20+23:31%22")).Keys.Should().BeEmpty();
    }

    [Test]
    public async Task The_hour_that_comes_twice_is_read_as_the_second_one()
    {
        var night = new FakeTime(DateTimeOffset.Parse("2026-11-01T05:30:00Z", CultureInfo.InvariantCulture));
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = night, TimeZone = "America/New_York" });
        var first = jira.Issues.Add("HUB");
        night.Advance(TimeSpan.FromHours(1));
        var second = jira.Issues.Add("HUB");
        JiraText(jira, first).Should().Be("2026-11-01T01:30:00.000-0400");
        JiraText(jira, second).Should().Be("2026-11-01T01:30:00.000-0500");
        jira.Select("updated >= '2026-11-01 01:30'").Select(i => i.Key).Should().Equal([second.Key], "who takes the literal from the first issue loses that issue");
        jira.Select("updated >= '2026-11-01 00:30' order by key").Select(i => i.Key).Should().Equal(first.Key, second.Key);
    }

    [Test]
    public async Task The_hour_that_spring_leaves_out_means_the_one_after_it()
    {
        var night = new FakeTime(DateTimeOffset.Parse("2026-03-08T07:30:00Z", CultureInfo.InvariantCulture));
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = night, TimeZone = "America/New_York" });
        var key = jira.Issues.Add("HUB").Key;
        jira.Select("updated >= '2026-03-08 02:30'").Select(i => i.Key).Should().Equal(key);
        jira.Select("updated >= '2026-03-08 03:31'").Should().BeEmpty();
    }

    static string JiraText(FakeJiraServer jira, Issue issue) =>
        TimeZoneInfo.ConvertTime(issue.Updated, jira.TimeZone).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture).Remove(26, 1);
}
