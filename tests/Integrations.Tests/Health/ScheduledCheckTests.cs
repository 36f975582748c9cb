using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class ScheduledCheckTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    [Test]
    public async Task A_new_integration_is_tested_soon_and_then_once_an_interval()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        (await hub.TickAll()).Should().Be(0, "its owner is given a minute");
        (await hub.ToNextCheck(id)).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(2));
        (await hub.Health(id)).GetProperty("health_status").GetString().Should().Be("healthy");
        (await hub.ToNextCheck(id)).Should().BeGreaterThanOrEqualTo(Interval / 2).And.BeLessThan(Interval * 1.5);
        (await hub.ToNextCheck(id)).Should().Be(Interval);
        hub.Jira.Tested.Should().Equal(id, id, id);
        hub.Told.Should().ContainSingle().Which.Should().Match<Contracts.IntegrationHealthChanged>(told => told.From == "unknown" && told.To == "healthy");
    }

    [Test]
    public async Task A_scheduled_test_is_nobodys_deed_and_changes_no_version_unless_it_says_something_new()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.ToNextCheck(id);
        var healthy = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        await hub.ToNextCheck(id);
        var again = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        again.GetProperty("version").GetInt64().Should().Be(healthy.GetProperty("version").GetInt64());
        again.GetProperty("last_tested_at").GetDateTimeOffset().Should().Be(hub.Time.GetUtcNow());
        hub.Jira.Fails("auth", "Refused.");
        await hub.ToNextCheck(id);
        var red = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        red.GetProperty("version").GetInt64().Should().BeGreaterThan(again.GetProperty("version").GetInt64());
        (red.GetProperty("health_status").GetString(), red.GetProperty("last_test").GetProperty("message").GetString()).Should().Be(("error", "Refused."));
        (await hub.Http.Get("audit?action=integration.tested")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        (await hub.Http.Get("audit?action=integration.tested")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1, "a person's test is audited");
    }

    [Test]
    public async Task While_it_fails_it_is_tested_sooner_and_after_it_recovers_as_usual()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        hub.Jira.Fails("network");
        await hub.ToNextCheck(id);
        var waits = new List<double>();
        for (var i = 0; i < 4; i++)
            waits.Add((await hub.ToNextCheck(id)).TotalMinutes);
        waits.Should().Equal(1, 2, 5, 15);
        (await hub.Health(id)).GetProperty("health_status").GetString().Should().Be("error");
        hub.Jira.Works();
        await hub.ToNextCheck(id);
        var recovered = await hub.Health(id);
        (recovered.GetProperty("health_status").GetString(), recovered.GetProperty("reason").ValueKind, recovered.GetProperty("last_error").GetString())
            .Should().Be(("healthy", JsonValueKind.Null, "It does not work."));
        (await hub.ToNextCheck(id)).Should().BeGreaterThan(Interval / 2);
        hub.Told.Select(told => $"{told.From}>{told.To}").Should().Equal("unknown>warning", "warning>error", "error>healthy");
    }

    [Test]
    public async Task Who_throttles_is_left_alone_as_long_as_it_says()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        hub.Jira.RetryAfter = "7200";
        hub.Jira.Fails("rate_limited");
        await hub.ToNextCheck(id);
        var health = await hub.Health(id);
        (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString()).Should().Be(("warning", "rate_limited"));
        (health.GetProperty("next_check_at").GetDateTimeOffset() - hub.Time.GetUtcNow()).Should().Be(TimeSpan.FromHours(2));
        health.GetProperty("uptime").GetProperty("24h").GetDouble().Should().Be(100, "a provider that throttles is up");
    }

    [Test]
    public async Task A_real_call_that_just_worked_is_proof_enough()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.Called(id);
        await hub.ToNextCheck(id);
        hub.Jira.Tested.Should().Equal([id], "the call was more than half an interval ago");
        hub.Time.Advance((await hub.Health(id)).GetProperty("next_check_at").GetDateTimeOffset() - hub.Time.GetUtcNow() - TimeSpan.FromMinutes(3));
        await hub.Called(id);
        hub.Time.Advance(TimeSpan.FromMinutes(3));
        await hub.TickAll();
        hub.Jira.Tested.Should().Equal([id], "the call was three minutes ago");
        await hub.Scalar<object>($"update integrations.health_checks set next_check_at = '{hub.Time.GetUtcNow():O}' where integration_id = {id}");
        (await hub.TickAll()).Should().Be(1);
        hub.Jira.Tested.Should().Equal([id], "what is due nevertheless is put off");
        await hub.ToNextCheck(id);
        hub.Jira.Tested.Should().Equal([id, id]);
    }

    [Test]
    public async Task A_call_that_fails_has_the_integration_tested_soon()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.ToNextCheck(id);
        await hub.Called(id, "timeout");
        (await hub.ToNextCheck(id)).Should().Be(TimeSpan.FromMinutes(1));
        (await hub.Health(id)).GetProperty("health_status").GetString().Should().Be("healthy");
    }

    [Test]
    public async Task What_is_switched_off_incomplete_or_deleted_is_left_alone()
    {
        await using var hub = await HealthHub.Start();
        var off = await hub.Create("Off");
        var gone = await hub.Create("Gone");
        (await hub.Http.Patch($"integrations/{off}/status", new { enabled = false })).Expect(200);
        (await hub.Http.Delete($"integrations/{gone}")).Response.EnsureSuccessStatusCode();
        (await hub.Http.Post("integrations", new { scope_id = 1, name = "Half", integration_type = "jira", enabled = false, configuration = new { } })).Expect(201);
        hub.Time.Advance(TimeSpan.FromHours(1));
        (await hub.TickAll()).Should().Be(0);
        (await hub.Health(off)).GetProperty("next_check_at").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Patch($"integrations/{off}/status", new { enabled = true })).Expect(200);
        await hub.ToNextCheck(off);
        hub.Jira.Tested.Should().Equal(off);
    }

    [Test]
    public async Task What_an_older_version_stored_is_found_and_spread_over_the_interval()
    {
        await using var hub = await HealthHub.Start();
        var ids = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add(await hub.Create($"Jira {i}"));
            await hub.Called(ids[^1]);
        }

        await hub.Scalar<object>("delete from integrations.health_checks");
        (await hub.TickAll()).Should().Be(0);
        var times = new List<DateTimeOffset>();
        foreach (var id in ids)
            times.Add((await hub.Health(id)).GetProperty("next_check_at").GetDateTimeOffset());
        times.Distinct().Should().HaveCount(20);
        (times.Max() - times.Min()).Should().BeGreaterThan(Interval * 0.7);
        hub.Time.Advance(Interval * 1.5);
        (await hub.TickAll()).Should().Be(20);
        hub.Jira.Tested.Should().OnlyHaveUniqueItems();
    }

    [Test]
    public async Task A_result_about_a_configuration_that_is_no_longer_there_is_dropped()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        hub.Jira.Behaviour = async (_, _) =>
        {
            (await hub.Http.Patch($"integrations/{id}", new { configuration = new { jql = "labels = hub" } })).Expect(200);
            throw new ConnectionTests.TestStopped("auth", "Refused.");
        };
        await hub.ToNextCheck(id);
        var health = await hub.Health(id);
        health.GetProperty("health_status").GetString().Should().Be("unknown");
        (health.GetProperty("next_check_at").GetDateTimeOffset() - hub.Time.GetUtcNow()).Should().BeLessThanOrEqualTo(TimeSpan.FromMinutes(2), "the new one is tested soon");
    }

    [Test]
    public async Task A_secret_that_cannot_be_read_is_one_red_integration()
    {
        await using var hub = await HealthHub.Start();
        var (broken, good) = (await hub.Create("Broken"), await hub.Create("Good"));
        await hub.Scalar<object>($$"""update integrations.integrations set secrets = '{"api_token": "nonsense"}' where id = {{broken}}""");
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        (await hub.TickAll()).Should().Be(2);
        var health = await hub.Health(broken);
        (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString()).Should().Be(("error", "config"));
        health.GetProperty("message").GetString().Should().Contain("api_token cannot be decrypted");
        (await hub.Health(good)).GetProperty("health_status").GetString().Should().Be("healthy");
    }

    [Test]
    public async Task The_interval_is_a_setting_and_a_senseless_one_is_refused_at_start()
    {
        await using var hub = await HealthHub.Start(setup: setup => setup.Settings["Hub:Health:IntervalMinutes"] = "60");
        var id = await hub.Create();
        await hub.ToNextCheck(id);
        await hub.ToNextCheck(id);
        (await hub.ToNextCheck(id)).Should().Be(TimeSpan.FromHours(1));
        var start = () => HubFixture.Start(setup => setup.Settings["Hub:Health:IntervalMinutes"] = "0");
        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("Hub:Health:IntervalMinutes must be between*");
    }
}
