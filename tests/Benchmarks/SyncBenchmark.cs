using System.Diagnostics;
using System.Text.Json;
using Hub.FakeJira;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Benchmarks;

/// <summary>
/// Full synchronisation through HTTP pages to committed rows, new and unchanged, against one bare <c>insert ... select from unnest</c> per page on the
/// same server. Goals: 0.60 of the limit for new rows; an unchanged pass that writes no ticket row. The fake's own work is inside our figure.
/// </summary>
internal static class SyncBenchmark
{
    private const int Issues = 20_000;

    public static async Task Run()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = Issues, Projects = [("HUB", "Integration Hub")] });
        await using var hub = await HubFixture.Start(setup => setup.Logs = false);
        var project = await hub.CreateProject();
        (await hub.Http.Post($"projects/{project}/jira-config", new { jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = "HUB" })).Expect(201);

        var limit = await Limit(hub.ConnectionString);
        var fetch = await FetchOnly(jira);
        Console.WriteLine($"limit of the database: {limit:0} rows/s; fetching the pages alone: {fetch:0} rows/s");
        foreach (var what in new[] { "new", "unchanged" })
        {
            var rate = await Sync(hub, project);
            Console.WriteLine($"{what}: {rate:0} rows/s; ratio {rate / limit:0.00} of the database's limit, {rate / fetch:0.00} of fetching alone");
        }
    }

    private static async Task<double> Sync(HubFixture hub, long project)
    {
        var started = Stopwatch.GetTimestamp();
        var run = (await hub.Http.Post($"projects/{project}/jira-sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetString();
        while (true)
        {
            var seen = (await hub.Http.Get($"sync-runs/{run}")).Expect(200);
            var status = seen.GetProperty("status").GetString();
            if (status is "failed" or "quarantined")
                throw new AssertionException($"The run ended as {status}: {seen}");
            if (status is "completed")
                return Issues / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(20);
        }
    }

    private static async Task<double> FetchOnly(FakeJiraServer jira)
    {
        using var http = new HttpClient();
        var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{jira.Options.Email}:{jira.Options.Token}"));
        http.DefaultRequestHeaders.Authorization = new("Basic", basic);
        var started = Stopwatch.GetTimestamp();
        for (string? token = null; ;)
        {
            var asked = JsonSerializer.Serialize(new { jql = "project = HUB order by created asc", maxResults = 100, fields = new[] { "*navigable" }, nextPageToken = token });
            var page = (await http.Post($"{jira.Url}/rest/api/3/search/jql", asked)).Expect(200);
            if (!page.TryGetProperty("nextPageToken", out var next) || next.GetString() is not { } following)
                return Issues / Stopwatch.GetElapsedTime(started).TotalSeconds;
            token = following;
        }
    }

    private static async Task<double> Limit(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand("create table public.bench (id bigint primary key, key text, summary text, raw text, hash bytea)", connection))
            await create.ExecuteNonQueryAsync();
        var raw = new string('x', 2048);
        var started = Stopwatch.GetTimestamp();
        for (var page = 0; page < Issues / 100; page++)
        {
            var ids = Enumerable.Range(page * 100, 100).Select(i => (long)i).ToArray();
            await using var insert = new NpgsqlCommand("""
                insert into public.bench select * from unnest(@ids, @keys, @summaries, @raws, @hashes)
                on conflict (id) do update set key = excluded.key, summary = excluded.summary, raw = excluded.raw, hash = excluded.hash
                """, connection)
            {
                Parameters =
                {
                    new("ids", ids), new("keys", ids.Select(i => $"HUB-{i}").ToArray()), new("summaries", ids.Select(i => $"Summary of {i}").ToArray()),
                    new("raws", ids.Select(_ => raw).ToArray()), new("hashes", ids.Select(BitConverter.GetBytes).ToArray()),
                },
            };
            await insert.ExecuteNonQueryAsync();
        }

        return Issues / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
