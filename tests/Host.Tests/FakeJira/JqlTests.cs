using System.Globalization;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class JqlTests
{
    readonly FakeTime clock = new(DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture));
    FakeJiraServer jira = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, TimeZone = "America/New_York" });
        jira.Issues.Add("HUB", i => i with { Summary = "Login loops", Priority = Priority.High, Labels = ["auth", "Customer"] });
        jira.Issues.Add("HUB", i => i with { Summary = "Export fails", Assignee = User.Colleagues[0], Status = Status.InProgress });
        clock.Advance(TimeSpan.FromHours(1));
        jira.Issues.Add("PAY", i => i with { Summary = "Größe falsch", Description = "the login page", Priority = Priority.Low });
        jira.Issues.Add("PAY", i => i with { Summary = "Done thing", Status = Status.Done, ParentKey = "PAY-1" });
    }

    [TearDown]
    public ValueTask Stop() => jira.DisposeAsync();

    [TestCase("project = HUB", "HUB-1 HUB-2")]
    [TestCase("project in (hub, \"Payments – Zahlungen\")", "HUB-1 HUB-2 PAY-1 PAY-2")]
    [TestCase("project != HUB AND status = 10002", "PAY-2")]
    [TestCase("status in (\"To Do\", Done) and not project = PAY", "HUB-1")]
    [TestCase("project = PAY OR project = HUB AND labels = auth", "HUB-1 PAY-1 PAY-2")]
    [TestCase("(project = PAY OR project = HUB) AND labels = customer", "HUB-1")]
    [TestCase("labels != auth", "")]
    [TestCase("labels is EMPTY and project = HUB", "HUB-2")]
    [TestCase("assignee in (EMPTY, mkowalska) and key in (HUB-1, HUB-2)", "HUB-1 HUB-2")]
    [TestCase("assignee is not null", "HUB-2")]
    [TestCase("reporter = currentUser() and statusCategory = Done", "PAY-2")]
    [TestCase("text ~ \"login\"", "HUB-1 PAY-1")]
    [TestCase("summary ~ 'größe*'", "PAY-1")]
    [TestCase("summary !~ login", "HUB-2 PAY-1 PAY-2")]
    [TestCase("id in (10001, 10004)", "HUB-1 PAY-2")]
    [TestCase("parent = PAY-1", "PAY-2")]
    [TestCase("priority > Medium", "HUB-1")]
    public void A_restriction_selects_what_jira_would_select(string jql, string keys) =>
        Keys($"{jql} order by key").Should().Be(keys);

    [TestCase("updated >= \"2026-11-20 11:30\"", "PAY-1 PAY-2", Description = "11:30 in New York is 16:30 in UTC")]
    [TestCase("updated >= '2026/11/20 10:30'", "HUB-1 HUB-2 PAY-1 PAY-2")]
    [TestCase("updated >= \"2026-11-20 16:30\"", "", Description = "a literal in UTC hides everything")]
    [TestCase("updated >= 1795192200000", "PAY-1 PAY-2")]
    [TestCase("updated > 1795192200000", "")]
    [TestCase("updated >= -59m", "PAY-1 PAY-2")]
    [TestCase("updated < \"-1h\"", "")]
    [TestCase("updated >= \"-1h\"", "HUB-1 HUB-2 PAY-1 PAY-2")]
    [TestCase("updated >= 2026-11-21", "")]
    [TestCase("updated >= startOfDay() and updated <= now()", "HUB-1 HUB-2 PAY-1 PAY-2")]
    public void Dates_are_read_in_the_time_zone_of_the_account(string jql, string keys) =>
        Keys($"{jql} order by key").Should().Be(keys);

    [Test]
    public void When_the_account_moves_the_same_literal_means_another_moment()
    {
        Keys("updated >= '2026-11-20 16:30'").Should().BeEmpty();
        jira.TimeZone = TimeZoneInfo.Utc;
        Keys("updated >= '2026-11-20 16:30' order by key").Should().Be("PAY-1 PAY-2");
    }

    [TestCase("order by project desc, key asc", "PAY-1 PAY-2 HUB-1 HUB-2")]
    [TestCase("order by updated asc, key desc", "HUB-2 HUB-1 PAY-2 PAY-1")]
    [TestCase("order by priority desc, key", "HUB-1 HUB-2 PAY-2 PAY-1")]
    public void Several_sort_fields_each_have_their_direction(string order, string keys) => Keys(order).Should().Be(keys);

    [Test]
    public void Keys_are_sorted_by_number_not_by_text()
    {
        for (var i = 0; i < 9; i++) jira.Issues.Add("HUB");
        Keys("project = HUB order by key").Should().StartWith("HUB-1 HUB-2 HUB-3").And.EndWith("HUB-10 HUB-11");
    }

    [TestCase("nonsense = 1", "Field 'nonsense' does not exist or you do not have permission to view it.")]
    [TestCase("project = NOPE", "The value 'NOPE' does not exist for the field 'project'.")]
    [TestCase("key = HUB-99", "An issue with key 'HUB-99' does not exist for field 'key'.")]
    [TestCase("updated >= 2026-11-20T10:11:12Z", "Date value '2026-11-20T10:11:12Z' for field 'updated' is invalid*")]
    [TestCase("updated >= \"1795192200000\"", "Date value '1795192200000' for field 'updated' is invalid*")]
    [TestCase("assignee = a@example.com", "*'@' is a reserved JQL character*")]
    [TestCase("project HUB", "*Expecting operator but got 'HUB'*")]
    [TestCase("(project = HUB", "*Expecting ')'*")]
    [TestCase("summary ~ \"open", "*has not been completed*")]
    [TestCase("project = HUB order by nothing", "Field 'nothing' does not exist*")]
    public void A_wrong_query_says_what_is_wrong(string jql, string message) =>
        jira.Invoking(j => j.Select(jql)).Should().Throw<JqlException>().WithMessage(message);

    [Test]
    public void A_moved_issue_is_found_by_its_old_key()
    {
        jira.Issues.Move("HUB-1", "PAY").Key.Should().Be("PAY-3");
        Keys("key = HUB-1").Should().Be("PAY-3");
    }

    string Keys(string jql) => string.Join(' ', jira.Select(jql).Select(i => i.Key));
}
