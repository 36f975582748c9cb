using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class ExpiryHttpTests
{
    private static (string? Status, string? Reason, string? Source) Seen(JsonElement health) =>
        (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString(), health.GetProperty("credential_expiry_source").GetString());

    [Test]
    public async Task A_date_entered_by_hand_is_warned_of_at_30_7_and_1_days_each_told_once()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.ToNextCheck(id);
        var ends = hub.Time.GetUtcNow().AddDays(40);
        (await hub.Http.Put($"integrations/{id}/expiry", new { expires_at = ends })).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
        var health = await hub.Health(id);
        health.GetProperty("credential_expires_at").GetDateTimeOffset().Should().BeCloseTo(ends, TimeSpan.FromMilliseconds(1));
        Seen(health).Should().Be(("healthy", null, "entered"));
        hub.Told.Clear();

        var messages = new List<string?>();
        for (var day = 0; day < 42; day++)
        {
            hub.Time.Advance(TimeSpan.FromDays(1));
            await hub.TickAll();
            await hub.ToNextCheck(id);
            messages.Add((await hub.Health(id)).GetProperty("message").GetString());
        }

        Seen(await hub.Health(id)).Should().Be(("warning", "auth", "entered"));
        hub.Told.Select(told => (told.From, told.To)).Should().Equal(("healthy", "warning"), ("warning", "warning"), ("warning", "warning"), ("warning", "warning"));
        hub.Told.Select(told => told.Message!.Split(", on")[0].Split(" on ")[0]).Should().Equal(
            "The credential expires in 29 days", "The credential expires in 6 days", "The credential expires within a day", "The credential expired");
        messages.OfType<string>().Should().Contain(message => message.Contains("in 3 days"), "the message always names the days that are left");

        hub.Jira.Fails("auth", "Refused.");
        await hub.ToNextCheck(id);
        var refused = await hub.Health(id);
        Seen(refused).Should().Be(("error", "auth", "entered"));
        refused.GetProperty("message").GetString().Should().StartWith("Refused. The credential expired on");
    }

    [Test]
    public async Task The_date_goes_with_the_credential_it_belongs_to_and_can_be_taken_away()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.ToNextCheck(id);
        var soon = hub.Time.GetUtcNow().AddDays(3);
        (await hub.Http.Put($"integrations/{id}/expiry", new { expires_at = soon })).Expect(200).GetProperty("health_status").GetString().Should().Be("warning", "it is said at once");
        (await hub.Http.Put($"integrations/{id}/expiry", new { expires_at = (string?)null })).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
        (await hub.Http.Put($"integrations/{id}/expiry", new { expires_at = soon })).Expect(200);
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { jql = "labels = hub" } })).Expect(200);
        (await hub.Health(id)).GetProperty("credential_expiry_source").GetString().Should().Be("entered", "the credential is the same");
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { api_token = "pat-health-0003" } })).Expect(200);
        (await hub.Health(id)).GetProperty("credential_expires_at").ValueKind.Should().Be(JsonValueKind.Null);
        var audited = (await hub.Http.Get("audit?action=integration.expiry_entered")).Expect(200).GetProperty("items");
        audited.GetArrayLength().Should().Be(3);
        audited[0].GetRawText().Should().Contain("credential_expires_at");
    }

    [Test]
    public async Task What_the_provider_and_the_credential_itself_tell_counts_the_earliest_first()
    {
        await using var hub = await HealthHub.Start();
        var now = hub.Time.GetUtcNow();
        var id = await hub.Create(configuration: new { base_url = "https://jira.example.com", api_token = ExpiryTests.Jwt($$"""{"exp":{{now.AddDays(20).ToUnixTimeSeconds()}}}""") });
        await hub.ToNextCheck(id);
        Seen(await hub.Health(id)).Should().Be(("warning", "auth", "token"));
        hub.Told.Should().ContainSingle().Which.To.Should().Be("warning");
        hub.Jira.Detected = new JsonObject { ["credential_expires_at"] = now.AddDays(10).ToString("O") };
        await hub.ToNextCheck(id);
        var health = await hub.Health(id);
        Seen(health).Should().Be(("warning", "auth", "provider"));
        health.GetProperty("credential_expires_at").GetDateTimeOffset().Should().Be(now.AddDays(10));
        (await hub.Http.Get($"integrations/{id}")).Text.Should().NotContain("eyJ", "the token is not shown");
    }

    [Test]
    public async Task A_certificate_of_a_type_without_a_test_is_watched_too()
    {
        await using var hub = await HealthHub.Start();
        var ends = hub.Time.GetUtcNow().AddHours(5);
        var id = await hub.Create("Queue", await BreakerHttpTests.PrivateType(hub), new { certificate = ExpiryTests.Certificate(ends) });
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        (await hub.TickAll()).Should().Be(1);
        var health = await hub.Health(id);
        Seen(health).Should().Be(("warning", "auth", "certificate"));
        health.GetProperty("message").GetString().Should().StartWith("The credential expires within a day, on 2026-03-01, as the certificate in certificate says.");
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { certificate = ExpiryTests.Certificate(ends.AddDays(900)) } })).Expect(200);
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        await hub.TickAll();
        Seen(await hub.Health(id)).Should().Be(("unknown", null, "certificate"));
    }

    [Test]
    public async Task Only_managers_enter_dates_and_only_sensible_ones()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        var viewer = await hub.Hub.ClientWith("viewer", 1);
        (await viewer.Put($"integrations/{id}/expiry", new { expires_at = hub.Time.GetUtcNow() })).Expect(403);
        (await hub.Http.Put($"integrations/{id}/expiry", new { expires_at = "1970-01-01T00:00:00Z" })).Expect(400);
        (await hub.Http.Put($"integrations/{id}/expiry", new { expires_at = "tomorrow" })).Expect(400);
        (await hub.Http.Put("integrations/999/expiry", new { expires_at = (string?)null })).Expect(404);
    }
}
