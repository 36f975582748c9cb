using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Sync.Schedules;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.Schedules;

public sealed class ScheduleEndpointTests
{
    private FakeJiraServer jira = null!;
    private JiraHub hub = null!;
    private FakeTime time = null!;

    private string Path => $"integrations/{hub.Integration}/schedule";

    [SetUp]
    public async Task Start()
    {
        time = new FakeTime(new DateTimeOffset(2026, 3, 7, 12, 0, 30, TimeSpan.Zero));
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
    }

    [TearDown]
    public async Task Stop()
    {
        await hub.DisposeAsync();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task A_schedule_is_made_read_replaced_and_deleted()
    {
        (await hub.Http.Get(Path)).Expect(404);
        var answer = await hub.Http.Put(Path, new { cron = "30 2 * * *", time_zone = "America/New_York", sync_type = "full" });
        var made = answer.Expect(201);
        answer.Response.Headers.Location!.OriginalString.Should().Be($"/api/v1/{Path}");
        (made.Text("cron"), made.Text("time_zone"), made.Text("sync_type"), made.GetProperty("enabled").GetBoolean()).Should().Be(("30 2 * * *", "America/New_York", "full", true));
        made.GetProperty("next_occurrences").EnumerateArray().Select(at => at.GetString()).Should().Equal(
            "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z", "2026-03-11T06:30:00Z", "2026-03-12T06:30:00Z");
        made.Number("jitter_ms").Should().BeInRange(0, 60_000);
        made.GetProperty("next_run_at").GetDateTimeOffset().Should().Be(new DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero).AddMilliseconds(made.Number("jitter_ms")));
        made.GetProperty("last_run_id").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Get(Path)).Expect(200).GetRawText().Should().Be(made.GetRawText());

        var replaced = (await hub.Http.Put(Path, new { interval_minutes = 60, sync_type = "incremental", enabled = false })).Expect(200);
        (replaced.Number("interval_minutes"), replaced.Text("time_zone"), replaced.Number("version")).Should().Be((60, "UTC", 2));
        replaced.GetProperty("next_run_at").ValueKind.Should().Be(JsonValueKind.Null);
        replaced.GetProperty("next_occurrences").GetArrayLength().Should().Be(0);

        (await hub.Http.Delete(Path)).Status.Should().Be(204);
        (await hub.Http.Delete(Path)).Expect(404);
        (await hub.Http.Get(Path)).Expect(404);
        var audit = (await hub.Http.Get($"audit?target_type=schedule&target_id={hub.Integration}")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        audit.Select(entry => entry.Text("action")).Should().Equal("schedule.deleted", "schedule.updated", "schedule.created");
        audit[1].GetProperty("diff").EnumerateObject().Select(field => field.Name).Should().BeEquivalentTo("interval_minutes", "cron", "time_zone", "sync_type", "enabled");
    }

    [Test]
    public async Task Bad_input_is_refused_and_named()
    {
        foreach (var (body, field) in new[]
        {
            ("""{"sync_type":"full"}""", "interval_minutes"),
            ("""{"interval_minutes":5}""", "sync_type"),
            ("""{"interval_minutes":5,"sync_type":"manual"}""", "sync_type"),
            ("""{"interval_minutes":0,"sync_type":"full"}""", "interval_minutes"),
            ("""{"interval_minutes":43201,"sync_type":"full"}""", "interval_minutes"),
            ("""{"interval_minutes":5,"cron":"0 9 * * *","sync_type":"full"}""", "cron"),
            ("""{"cron":"0 0 9 * * *","sync_type":"full"}""", "cron"),
            ("""{"cron":"* * * * * *","sync_type":"full"}""", "cron"),
            ("""{"cron":"0 0 31 2 *","sync_type":"full"}""", "cron"),
            ("""{"cron":"@hourly","sync_type":"full"}""", "cron"),
            ("""{"cron":"","sync_type":"full"}""", "cron"),
            ("""{"cron":"0 9 * * *","time_zone":"Mars/Olympus","sync_type":"full"}""", "time_zone"),
            ("""{"cron":"0 9 * * *","time_zone":"../../etc/passwd","sync_type":"full"}""", "time_zone"),
            ("""{"interval_minutes":5,"sync_type":"full","jitter":1}""", "jitter"),
        })
            (await hub.Http.Put(Path, body)).Expect(400).GetProperty("errors").EnumerateObject().Select(e => e.Name).Should().Equal([field], $"of {body}");
    }

    [Test]
    public async Task Only_the_version_that_was_seen_is_replaced()
    {
        var wanted = new { interval_minutes = 30, sync_type = "full" };
        (await hub.Http.Put(Path, wanted, ("If-Match", "\"1\""))).Expect(412);
        var made = await hub.Http.Put(Path, wanted);
        made.Expect(201);
        (await hub.Http.Ask(HttpMethod.Get, Path, null, ("If-None-Match", made.Response.Headers.ETag!.Tag))).Status.Should().Be(304);
        (await hub.Http.Put(Path, new { interval_minutes = 31, sync_type = "full" }, ("If-Match", "\"7\""))).Expect(412).Text("code").Should().Be("stale_version");
        (await hub.Http.Put(Path, wanted, ("If-Match", made.Response.Headers.ETag!.Tag))).Expect(200).Number("version").Should().Be(1, "nothing changed");
        (await hub.Http.Put(Path, new { interval_minutes = 31, sync_type = "full" }, ("If-Match", made.Response.Headers.ETag!.Tag))).Expect(200);
        (await hub.Http.Ask(HttpMethod.Delete, Path, null, ("If-Match", "\"1\""))).Expect(412);
        (await hub.Http.Get($"audit?target_type=schedule")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);

        // What a run changes is shown by another ETag, and is nothing that If-Match must know.
        var seen = await hub.Http.Get(Path);
        time.Advance(TimeSpan.FromMinutes(32));
        (await hub.Hub.Services.GetRequiredService<ScheduleWorker>().Tick(default)).Should().Be(1);
        (await hub.Http.Ask(HttpMethod.Get, Path, null, ("If-None-Match", seen.Response.Headers.ETag!.Tag))).Expect(200);
        (await hub.Http.Put(Path, wanted, ("If-Match", seen.Response.Headers.ETag!.Tag))).Expect(200);
    }

    [Test]
    public async Task What_cannot_be_synchronised_or_seen_has_no_schedule()
    {
        var body = new { interval_minutes = 30, sync_type = "full" };
        (await hub.Http.Put("integrations/999/schedule", body)).Expect(404);
        var push = (await hub.Http.Post("integrations", new
        {
            scope_id = hub.Project, name = "Push", integration_type = "webhook", enabled = true, configuration = new { url = "https://example.com/" },
        })).Expect(201).Number("id");
        (await hub.Http.Put($"integrations/{push}/schedule", body)).Expect(409).Text("code").Should().Be("not_syncable");
        (await hub.Http.Put(Path, body)).Expect(201);
        using var other = await hub.Hub.ClientWith("admin", await hub.Hub.CreateScope("tenant", "Other"));
        (await other.Get(Path)).Expect(404);
        (await other.Put(Path, body)).Expect(404);
        (await other.Delete(Path)).Expect(404);
        using var viewer = await hub.Hub.ClientWith("viewer", hub.Project);
        (await viewer.Get(Path)).Expect(200);
        (await viewer.Put(Path, body)).Expect(403);
        (await viewer.Delete(Path)).Expect(403);
    }

    [Test]
    public async Task A_disabled_integration_pauses_its_schedule_and_enabling_goes_on_from_then()
    {
        await hub.Switch(enabled: false);
        var waiting = (await hub.Http.Put(Path, new { interval_minutes = 60, sync_type = "full" })).Expect(201);
        (waiting.GetProperty("paused").GetBoolean(), waiting.GetProperty("next_run_at").ValueKind).Should().Be((true, JsonValueKind.Null));
        await hub.Switch(enabled: true);
        var first = (await hub.Http.Get(Path)).Expect(200);
        first.GetProperty("next_occurrences")[0].GetString().Should().Be("2026-03-07T13:00:30Z");

        await hub.Switch(enabled: false);
        time.Advance(TimeSpan.FromHours(5.5));
        (await hub.Hub.Services.GetRequiredService<ScheduleWorker>().Tick(default)).Should().Be(0);
        await hub.Switch(enabled: true);
        (await hub.Hub.Services.GetRequiredService<ScheduleWorker>().Tick(default)).Should().Be(0, "what was missed meanwhile is not made up for");
        var resumed = (await hub.Http.Get(Path)).Expect(200);
        resumed.GetProperty("next_occurrences")[0].GetString().Should().Be("2026-03-07T18:00:30Z", "it keeps its phase");
        resumed.Number("version").Should().Be(1);

        // Off by hand is another thing: enabling the integration does not switch it on.
        (await hub.Http.Put(Path, new { interval_minutes = 60, sync_type = "full", enabled = false })).Expect(200);
        await hub.Switch(enabled: false);
        await hub.Switch(enabled: true);
        (await hub.Http.Get(Path)).Expect(200).GetProperty("next_run_at").ValueKind.Should().Be(JsonValueKind.Null);

        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        (await hub.Sql<long>("select count(*) from sync.schedules")).Should().Be(0);
    }

    [Test]
    public async Task A_schedule_never_outlives_an_integration_that_is_deleted_or_disabled_at_the_same_moment()
    {
        for (var round = 0; round < 8; round++)
        {
            var integration = (await hub.Http.Post("integrations", new
            {
                scope_id = hub.Project, name = $"Race {round}", integration_type = "jira", enabled = true,
                configuration = new { base_url = jira.Url, email = jira.Options.Email, api_token = jira.Options.Token, project_keys = "HUB" },
            })).Expect(201).Number("id");
            var put = hub.Http.Put($"integrations/{integration}/schedule", new { interval_minutes = 60, sync_type = "full" });
            var gone = round % 2 == 0;
            var end = gone ? hub.Http.Delete($"integrations/{integration}") : hub.Http.Patch($"integrations/{integration}/status", new { enabled = false });
            (await put).Status.Should().BeOneOf(201, 404);
            (await end).Status.Should().BeOneOf(200, 204);
            (await hub.Sql<long>("select count(*) from sync.schedules where integration_id = @integration and (@gone or next_run_at is not null)", new { integration, gone }))
                .Should().Be(0);
        }
    }
}
