using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using NUnit.Framework;
using static Hub.Webhooks.Tests.WebhookHub;

namespace Hub.Webhooks.Tests.Inbound;

public sealed class SenderTests
{
    [Test]
    public async Task at_a_shared_address_site_and_secret_together_tell_whose_it_is()
    {
        await using var hub = await Start();
        var acme = await hub.Jira("https://acme.atlassian.net", "secret-of-acme");
        var twin = await hub.Jira("https://acme.atlassian.net", "secret-of-the-twin");
        var other = await hub.Jira("https://other.atlassian.net", "secret-of-other");
        var body = Bytes(new { webhookEvent = "jira:issue_updated", issue = new { id = "1", self = "https://acme.atlassian.net/rest/api/2/issue/1" } });

        foreach (var (source, secret) in new[] { (acme, "secret-of-acme"), (twin, "secret-of-the-twin") })
        {
            var id = (await hub.Send("webhooks/jira", body, "X-Hub-Signature", secret)).Expect(202).GetProperty("id").GetGuid();
            (await hub.Query<long>("select integration_id from webhooks.inbox_events where id = @id", new { id })).Should().Be(source.Integration.Id);
        }

        // The other site's secret is good, but not for what this body says.
        (await hub.Send("webhooks/jira", body, "X-Hub-Signature", "secret-of-other")).Expect(401);
        (await hub.Send("webhooks/github", body, "X-Hub-Signature-256", "secret-of-other")).Expect(401);
        other.Integration.Enabled.Should().BeTrue();
    }

    [Test]
    public async Task a_project_s_own_addresses_take_only_its_own_deliveries()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        var github = hub.Sources.Add("github_repos", jira.Integration.ScopePath, new { repository = "a/b" }, "webhook_secret", Secret);
        var elsewhere = await hub.Jira(secret: "another");
        var body = Bytes(Issue(1));

        (await hub.Send($"projects/{jira.Integration.ScopeId}/jira-webhook", body, "X-Hub-Signature", Secret)).Expect(202);
        (await hub.Send($"projects/{github.Integration.ScopeId}/github-webhook", body, "X-Hub-Signature-256", Secret)).Expect(202);
        (await hub.Send($"projects/{elsewhere.Integration.ScopeId}/jira-webhook", body, "X-Hub-Signature", Secret)).Expect(401);
        (await hub.Send("projects/999999/jira-webhook", body, "X-Hub-Signature", Secret)).Expect(401);
    }

    [Test]
    public async Task a_change_of_an_integration_counts_from_the_next_delivery_on()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(1))).Expect(202);

        var rotated = hub.Sources.Replace(jira, jira with { Secrets = new Dictionary<string, string> { ["webhook_secret"] = "the new one" } });
        await hub.Publish(new IntegrationChanged(rotated.Integration, IntegrationChange.Updated));
        (await hub.Deliver(jira, Issue(2))).Expect(401);
        (await hub.Deliver(jira, Issue(2), secret: "the new one")).Expect(202);

        var off = hub.Sources.Replace(rotated, rotated with { Integration = rotated.Integration with { Enabled = false } });
        await hub.Publish(new IntegrationChanged(off.Integration, IntegrationChange.Disabled));
        (await hub.Deliver(jira, Issue(3), secret: "the new one")).Expect(401);
    }

    [Test]
    public async Task a_new_secret_counts_even_where_no_change_was_told()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var hub = await Start(customise: setup => setup.Time = time);
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(1))).Expect(202);
        hub.Sources.Replace(jira, jira with { Secrets = new Dictionary<string, string> { ["webhook_secret"] = "the new one" } });
        time.Advance(TimeSpan.FromSeconds(1));
        (await hub.Deliver(jira, Issue(2), secret: "the new one")).Expect(202);
    }

    [Test]
    public async Task junk_makes_the_hub_look_its_senders_up_no_more_than_once_a_second()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var hub = await Start(customise: setup => setup.Time = time);
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(1))).Expect(202);
        var before = hub.Sources.Asked;
        time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 5; i++)
            (await hub.Deliver(jira, Issue(1), secret: "wrong")).Expect(401);
        (hub.Sources.Asked - before).Should().BeInRange(1, 2, "one look, and at most one more when the listening for changes begins");
    }

    [Test]
    public async Task a_burst_asks_for_its_sender_once()
    {
        await using var hub = await Start();
        var jira = await hub.Jira();
        (await hub.Deliver(jira, Issue(0))).Expect(202);
        var before = hub.Sources.Asked;
        for (var i = 1; i <= 5; i++)
            (await hub.Deliver(jira, Issue(i))).Expect(202);
        (hub.Sources.Asked - before).Should().BeLessThanOrEqualTo(1);
    }
}
