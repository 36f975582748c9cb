using System.Globalization;
using FluentAssertions;
using Hub.Integrations.Tests.Health;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class BudgetTests
{
    [Test]
    public async Task A_target_that_wants_to_be_left_alone_is()
    {
        var status = 429;
        await using var target = await StubServer.Start(_ => (status, "{}"), ("Retry-After", "120"));
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var hub = await HubFixture.Start(setup => (setup.Workers, setup.Time) = (false, time));
        var (one, twin, other) = (await Webhook(hub, "One", $"{target.Url}/a"), await Webhook(hub, "Twin", $"{target.Url}/a"), await Webhook(hub, "Other", $"{target.Url}/b"));
        (await Push(hub, one)).Expect(200).GetProperty("delivered").GetBoolean().Should().BeFalse();
        status = 200;
        var refused = await Push(hub, twin);
        refused.Expect(429).GetProperty("code").GetString().Should().Be("rate_limited");
        int.Parse(refused.Response.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture).Should().BeInRange(100, 120);
        target.Requests.Should().ContainSingle();
        (await Push(hub, other)).Expect(200);
        (await hub.Http.Get($"integrations/{twin}/budget")).Expect(200).GetProperty("paused_until").GetDateTimeOffset()
            .Should().BeCloseTo(time.GetUtcNow().AddSeconds(120), TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(121));
        (await Push(hub, twin)).Expect(200).GetProperty("delivered").GetBoolean().Should().BeTrue();
        (await Push(hub, one)).Expect(200);
    }

    [Test]
    public async Task A_scheduled_check_that_may_not_call_says_nothing_of_the_health()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.ToNextCheck(id);
        var answers = 0;
        hub.Jira.Status = 429;
        hub.Jira.RetryAfter = "86400";
        var twin = await hub.Create("Twin");
        (await hub.Http.Post($"integrations/{twin}/test")).Expect(200);
        hub.Jira.Answered = () => answers++;
        var before = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        await hub.ToNextCheck(id);
        var after = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        after.GetProperty("last_test").GetRawText().Should().Be(before.GetProperty("last_test").GetRawText());
        after.GetProperty("health_status").GetString().Should().Be("healthy");
        answers.Should().Be(0);
    }

    private static async Task<long> Webhook(HubFixture hub, string name, string url) =>
        (await hub.Http.Post("integrations", new { scope_id = 1, name, integration_type = "webhook", configuration = new { direction = "outbound", url } }))
            .Expect(201).GetProperty("id").GetInt64();

    private static Task<Answer> Push(HubFixture hub, long id) => hub.Http.Post("actions/push", new { integration_id = id, payload = 1 });
}
