using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Tests.Verification;
using NUnit.Framework;

namespace Hub.Webhooks.Tests.Inbound;

internal sealed class DeliveryFactsTests
{
    [TestCase("cloud/webhook-cloud-issue-created-many-fields.json", "jira:issue_created", "10509")]
    [TestCase("cloud/webhook-cloud-comment-created.json", "comment_created", "10040")]
    [TestCase("misc/webhook-issue-deleted.json", "jira:issue_deleted", "10303")]
    [TestCase("server/webhook-server-comment-created.json", "comment_created", "10013")]
    public void recorded_jira_deliveries_tell_their_type_and_issue(string file, string type, string issue)
    {
        var facts = Of("jira", Fixtures.Text($"jira/webhooks/{file}"), ("X-Atlassian-Webhook-Identifier", "id-1"));
        facts.Should().Be(new DeliveryFacts(type, "id-1", issue));
    }

    [TestCase("github_repos", "github/webhooks/pull_request/00-opened.json", "codertocat/hello-world#2")]
    [TestCase("github_repos", "github/webhooks/push/00.json", "codertocat/hello-world")]
    [TestCase("gitlab", "gitlab/webhooks/go-playground/merge-request-event.json", "gitlabhq/gitlab-test#1")]
    [TestCase("gitlab", "gitlab/webhooks/go-playground/comment-issue-event.json", "gitlab-org/gitlab-test#17")]
    [TestCase("azure_devops_repos", "azuredevops/webhooks/go-playground/git.pullrequest.created.json", "4bc14d40-c903-45e2-872e-0462c7748079#1")]
    [TestCase("azure_devops_repos", "azuredevops/webhooks/go-playground/build.complete.json", "be9b3917-87e6-42a4-a549-2bc06a7a878f#2")]
    [TestCase("slack", "github/webhooks/push/00.json", null)]
    public void recorded_deliveries_tell_what_they_are_about(string type, string file, string? entity) =>
        Of(type, Fixtures.Text(file)).EntityKey.Should().Be(entity);

    [Test]
    public void an_entry_of_a_batch_is_the_same_when_it_is_repeated_and_another_when_anything_else_differs()
    {
        static DeliveryFacts Entry(string more) => Of("hubspot", $$"""{"eventId":1,"portalId":7,"subscriptionType":"contact.creation"{{more}}}""");
        var one = Entry(""","subscriptionId":3,"occurredAt":1564113600000,"attemptNumber":0""");
        (one.EventType, one.DeliveryId).Should().Be(("contact.creation", "7:1:3:1564113600000"));
        Entry(""","subscriptionId":3,"occurredAt":1564113600000,"attemptNumber":1""").DeliveryId.Should().Be(one.DeliveryId);
        Entry(""","subscriptionId":4,"occurredAt":1564113600000""").DeliveryId.Should().NotBe(one.DeliveryId);
        Entry("").DeliveryId.Should().Be("7:1:contact.creation:7", "what is not there takes no part");
    }

    [Test]
    public void a_jira_delivery_without_an_identifier_is_known_by_its_body()
    {
        var one = Of("jira", """{"webhookEvent":"jira:issue_updated","timestamp":1,"issue":{"id":"7"}}""");
        var again = Of("jira", """{"webhookEvent":"jira:issue_updated","timestamp":1,"issue":{"id":"7"}}""");
        var later = Of("jira", """{"webhookEvent":"jira:issue_updated","timestamp":2,"issue":{"id":"7"}}""");
        one.DeliveryId.Should().StartWith("sha256:").And.Be(again.DeliveryId).And.NotBe(later.DeliveryId);
    }

    [Test]
    public void github_deliveries_carry_event_and_action()
    {
        var facts = Of("github_repos", Fixtures.Text("github/webhooks/issues/00-edited.json"), ("X-GitHub-Event", "issues"), ("X-GitHub-Delivery", "guid"));
        facts.EventType.Should().Be("issues.edited");
        facts.DeliveryId.Should().Be("guid");
        facts.EntityKey.Should().Be("codertocat/hello-world#1");
    }

    [Test]
    public void an_event_without_an_action_has_none() =>
        Of("github_repos", """{"ref":"refs/heads/main","repository":{"full_name":"A/B"}}""", ("X-GitHub-Event", "push")).EventType.Should().Be("push");

    [TestCase("$.kind", "deploy")]
    [TestCase("$.nested[1].name", "second")]
    [TestCase("X-Kind", "from header")]
    [TestCase("$.absent", "unknown")]
    [TestCase("$.nested", "unknown")]
    [TestCase("$.nested[9].name", "unknown")]
    [TestCase("$.half", "unknown")]
    public void a_generic_webhook_says_itself_where_its_type_is(string path, string expected)
    {
        const string body = """{"kind":"deploy","half":"\ud800","nested":[{"name":"first"},{"name":"second"}]}""";
        var fields = Schemes.Fields("secret", "s", ("event_type_path", path), ("delivery_id_path", "webhook-id"));
        using var json = JsonDocument.Parse(body);
        var facts = DeliveryFacts.Of(
            Schemes.Of("webhook"), fields, Schemes.Headers(("X-Kind", "from header"), ("webhook-id", "m1")), json.RootElement, Encoding.UTF8.GetBytes(body));
        facts.Should().Be(new DeliveryFacts(expected, "m1", null));
    }

    [Test]
    public void what_would_not_fit_an_index_is_shortened_without_losing_its_identity()
    {
        var one = Of("github", """{"action":"a\u0000b"}""", ("X-GitHub-Event", new string('e', 500)), ("X-GitHub-Delivery", new string('d', 5000) + "1"));
        var other = Of("github", "{}", ("X-GitHub-Event", "e"), ("X-GitHub-Delivery", new string('d', 5000) + "2"));
        one.EventType.Length.Should().BeLessThanOrEqualTo(200);
        one.DeliveryId.Length.Should().BeLessThanOrEqualTo(200);
        one.DeliveryId.Should().NotBe(other.DeliveryId);
        Of("github", """{"action":"a\u0000b"}""", ("X-GitHub-Event", "e")).EventType.Should().Be("e.ab");
    }

    private static DeliveryFacts Of(string type, string body, params (string, string)[] headers)
    {
        using var json = JsonDocument.Parse(body);
        return DeliveryFacts.Of(Schemes.Of(type), Schemes.Fields("s", "s"), Schemes.Headers(headers), json.RootElement, Encoding.UTF8.GetBytes(body));
    }
}
