using System.Text.Json;
using FluentAssertions;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Tests.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

internal sealed class SourceMatchTests
{
    [TestCase("https://acme.atlassian.net", "https://acme.atlassian.net/rest/api/2/issue/1", 1)]
    [TestCase("https://ACME.atlassian.net/", "https://acme.atlassian.net/rest/api/2/issue/1", 1)]
    [TestCase("https://host/jira", "https://host/jira/rest/api/2/issue/1", 1)]
    [TestCase("https://host/jira", "https://host/jira2/rest/api/2/issue/1", null)]
    [TestCase("https://acme.atlassian.net", "https://acme.atlassian.net.evil.example/rest/api/2/issue/1", null)]
    [TestCase("https://other.atlassian.net", "https://acme.atlassian.net/rest/api/2/issue/1", null)]
    [TestCase("https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555", "https://acme.atlassian.net/rest/api/2/issue/1", 0)]
    public void jira_is_matched_by_its_site(string site, string self, int? rank) =>
        Rank("jira", new { issue = new { self } }, ("base_url", site)).Should().Be(rank);

    [Test]
    public void the_integration_of_the_issue_s_project_comes_first()
    {
        var body = new { issue = new { self = "https://a.example/rest/api/2/issue/1", fields = new { project = new { key = "ENG" } } } };
        Rank("jira", body, ("base_url", "https://a.example"), ("project_keys", "OPS, ENG")).Should().Be(2);
        Rank("jira", body, ("base_url", "https://a.example"), ("project_keys", "OPS")).Should().Be(1);
    }

    [Test]
    public void github_is_matched_by_its_repository_whatever_the_case()
    {
        var body = new { repository = new { full_name = "Codertocat/Hello-World", owner = new { login = "Codertocat" } } };
        Rank("github_repos", body, ("repository", "codertocat/hello-world")).Should().Be(1);
        Rank("github_repos", body, ("repository", "codertocat/hello-world2")).Should().BeNull();
        Rank("github", body, ("organization", "codertocat")).Should().Be(1);
        Rank("github", body).Should().Be(0);
        Rank("github_app", new { installation = new { id = 42 } }, ("installation_id", "42")).Should().Be(1);
    }

    [Test]
    public void a_body_that_names_nobody_or_is_no_json_may_be_anybody_s()
    {
        Rank("jira", new { }, ("base_url", "https://a.example")).Should().Be(0);
        SourceMatch.Rank("jira", Schemes.Fields("s", "s", ("base_url", "https://a.example")), null).Should().Be(0);
    }

    private static int? Rank(string type, object body, params (string, string)[] settings) =>
        SourceMatch.Rank(type, Schemes.Fields("s", "s", settings), JsonSerializer.SerializeToElement(body));
}
