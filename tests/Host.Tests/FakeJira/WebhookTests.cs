using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class WebhookTests
{
    const string Secret = "It's a Secret to Everybody";

    FakeJiraServer jira = null!;

    [SetUp]
    public async Task Start() => jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 10 });

    [TearDown]
    public ValueTask Stop() => jira.DisposeAsync();

    [Test]
    public void The_signature_is_the_one_that_the_vendor_publishes() =>
        WebhookSignature.Of(Secret, "Hello World!"u8).Should().Be("sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9");

    [Test]
    public void A_status_change_is_told_with_its_changelog_and_signed_over_the_raw_bytes()
    {
        jira.UpdateIssue("HUB-1", i => i with { Status = Status.Waiting, Summary = "Größe 🚀" });
        var message = jira.WebhookBody("jira:issue_updated", "HUB-1", Secret, new WebhookDetails { Identifier = "same", Retry = 2 });
        message.Headers.Should().Contain("X-Hub-Signature", WebhookSignature.Of(Secret, message.Body))
            .And.Contain("X-Atlassian-Webhook-Identifier", "same").And.Contain("X-Atlassian-Webhook-Retry", "2");
        Encoding.UTF8.GetString(message.Body).Should().Contain("Größe", "Jira does not escape letters beyond ASCII");
        var body = JsonSerializer.Deserialize<JsonElement>(message.Body);
        body.GetProperty("issue_event_type_name").GetString().Should().Be("issue_generic");
        body.GetProperty("timestamp").GetInt64().Should().Be(jira.Issues["HUB-1"].Updated.ToUnixTimeMilliseconds());
        var status = body.GetProperty("changelog").GetProperty("items").EnumerateArray().Single(i => i.GetProperty("field").GetString() == "status");
        status.GetProperty("toString").GetString().Should().Be("Wartet auf Rückmeldung");
        body.GetProperty("issue").GetProperty("fields").GetProperty("status").GetProperty("id").GetString().Should().Be(Status.Waiting.Id);
    }

    [Test]
    public void A_deleted_issue_is_told_with_its_last_state()
    {
        var last = jira.Issues["HUB-1"];
        jira.Issues.Delete("HUB-1");
        var body = JsonSerializer.Deserialize<JsonElement>(jira.WebhookBody("jira:issue_deleted", "HUB-1", Secret).Body);
        body.GetProperty("issue").GetProperty("fields").GetProperty("summary").GetString().Should().Be(last.Summary);
        body.TryGetProperty("changelog", out _).Should().BeFalse();
    }

    [Test]
    public async Task A_registered_address_hears_of_every_change_in_order()
    {
        var heard = new List<string>();
        await using var hub = await WebhookListener.Start(heard, Secret);
        jira.Webhooks.Register(hub.Urls.First(), Secret);
        var key = jira.Issues.Add("HUB").Key;
        jira.Issues.Comment(key, "hello");
        jira.UpdateIssue(key, i => i with { Assignee = User.Colleagues[2] });
        jira.Issues.Delete(key);
        await jira.Webhooks.Idle();
        heard.Should().Equal("jira:issue_created", "comment_created", "jira:issue_updated", "jira:issue_deleted", "comment_deleted");
        jira.Webhooks.Answers.Should().OnlyContain(a => a.Status == 202);
        jira.Webhooks.Answers[^1].Message.Headers["X-Atlassian-Webhook-Flow"].Should().Be("Secondary", "it only follows from the deletion");
    }

    [Test]
    public async Task Nobody_at_the_address_is_an_answer_too() =>
        (await jira.SendWebhook("http://127.0.0.1:1/", Secret, "jira:issue_updated", "HUB-1")).Status.Should().Be(0);
}
