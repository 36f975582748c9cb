using FluentAssertions;
using Hub.Sync.Jira;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class JqlTests
{
    [Test]
    public void A_walk_is_confined_to_the_projects_and_ordered_by_what_never_changes() =>
        Jql.Compose([null, "labels = hub OR priority = High"], ["ENG", "OPS"], null, Jql.InOrderOfCreation)
            .Should().Be("(labels = hub OR priority = High) and project in (\"ENG\", \"OPS\") order by created asc, key asc");

    [Test]
    public void A_manual_query_is_confined_by_the_integrations_own() =>
        Jql.Compose(["status = Done", "labels = hub"], ["ENG"], null, Jql.InOrderOfCreation)
            .Should().Be("(status = Done) and (labels = hub) and project in (\"ENG\") order by created asc, key asc");

    [Test]
    public void An_incremental_walk_has_no_upper_bound() =>
        Jql.Compose([null], ["ENG"], "updated >= 1732877091000", Jql.InOrderOfChange)
            .Should().Be("project in (\"ENG\") and updated >= 1732877091000 order by updated asc, key asc");

    [Test]
    public void A_walk_over_everything_is_still_bounded() =>
        Jql.Compose([" "], [], null, Jql.InOrderOfCreation).Should().Be("created >= \"1970-01-02\" order by created asc, key asc");

    [TestCase("ENG", "\"ENG\"")]
    [TestCase("a\"b", "\"a\\\"b\"")]
    [TestCase("a\\", "\"a\\\\\"")]
    public void Values_are_quoted(string value, string quoted) => Jql.Quote(value).Should().Be(quoted);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("labels = hub")]
    [TestCase("(a = 1 or b = 2) and summary ~ \"order by me (\"")]
    [TestCase("summary ~ 'it\\'s (' and reporter = by")]
    [TestCase("\"order\" = x and by = y")]
    [TestCase("cf[10010] in (1, 2) and text ~ \"a \\\" b\"")]
    public void A_restriction_without_order_is_taken_over(string? jql) => Jql.Objection(jql).Should().BeNull();

    [TestCase("labels = hub order by key", "order by")]
    [TestCase("labels = hub ORDER  \n BY key", "order by")]
    [TestCase("ORDER BY updated", "order by")]
    [TestCase("(labels = hub ORDER BY key)", "order by")]
    [TestCase("labels = hub) or (project = SECRET", "parenthesis")]
    [TestCase("(labels = hub", "parenthesis")]
    [TestCase("summary ~ \"open", "quote")]
    [TestCase("summary ~ 'open \\'", "quote")]
    public void A_query_that_orders_or_would_escape_its_confinement_is_refused(string jql, string because) =>
        Jql.Objection(jql).Should().Contain(because);
}
