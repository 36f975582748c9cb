using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Host.Tests;

/// <summary>The process dies in the middle of a run, again and again; the next one goes on from the checkpoint.</summary>
public sealed class KilledSyncTests
{
    private const int Issues = 1000;
    private const int Kills = 5;

    [Test]
    public async Task A_run_that_is_killed_at_any_moment_loses_nothing_and_stores_nothing_twice()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = Issues, Projects = [("HUB", "Integration Hub")] });
        jira.Search.MaxPage = 5;
        // About twelve pages a second, however fast the machine is: it must die long before it is through.
        jira.Faults.Always("/rest/api/3/search", Fault.Slow(TimeSpan.FromMilliseconds(10)));
        await using var watcher = await HubFixture.Start(setup => setup.Workers = false);
        var project = await watcher.CreateProject();
        (await watcher.Http.Post($"projects/{project}/jira-config", new
        {
            jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = "HUB",
        })).Expect(201);
        var run = (await watcher.Http.Post($"projects/{project}/jira-sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetString();
        Task<long> Processed() => Read(watcher, run!, "processed");

        var random = new Random(20261128);
        for (var kill = 0; kill < Kills; kill++)
        {
            var enough = await Processed() + random.Next(1, 60);
            await using var hub = await HubProcess.Start(watcher.ConnectionString, ("Hub__Sync__LeaseSeconds", "1"));
            await HubFixture.Eventually(Processed, now => now >= enough, "it goes on");
            await hub.Kill();
        }

        (await Processed()).Should().BeLessThan(Issues, "it must be killed in the middle of its work");
        jira.Faults.Clear();
        await using var last = await HubProcess.Start(watcher.ConnectionString, ("Hub__Sync__LeaseSeconds", "1"));
        var end = await HubFixture.Eventually(
            async () => (await watcher.Http.Get($"sync-runs/{run}")).Expect(200), now => now.GetProperty("completed_at").ValueKind is not System.Text.Json.JsonValueKind.Null, "it ends");
        (end.GetProperty("status").GetString(), end.GetProperty("created").GetInt64(), end.GetProperty("processed").GetInt64(), end.GetProperty("deleted").GetInt64())
            .Should().Be(("completed", Issues, Issues, 0));
        await using var connection = new NpgsqlConnection(watcher.ConnectionString);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("select count(*) || ' of ' || count(distinct external_id) || ', version ' || max(version) from sync.tickets", connection);
        (await count.ExecuteScalarAsync()).Should().Be($"{Issues} of {Issues}, version 1", "each page was stored exactly once");
    }

    private static async Task<long> Read(HubFixture hub, string run, string member) =>
        (await hub.Http.Get($"sync-runs/{run}")).Expect(200).GetProperty(member).GetInt64();
}
