using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hub.FakeJira;
using Hub.TestHarness;
using Npgsql;
using NUnit.Framework;

namespace Hub.Benchmarks;

/// <summary>
/// Full synchronisation through HTTP pages to committed rows, against the bare statements on the same server with the same durability. The fake Jira works in
/// this process and on the same cores, so fetching alone is measured too. Goals: new and changed 0.60 of the bare upsert, unchanged 0.50 of reading the
/// hashes and no WAL for rows, seven times one statement per row, the same memory at 1,000 and 100,000 issues.
/// </summary>
internal static class SyncBenchmark
{
    private const int Issues = 20_000;

    public static async Task Run()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = Issues, Projects = [("HUB", "Integration Hub")] });
        await using var hub = await HubFixture.Start(setup => setup.Logs = false);
        var project = await Connect(hub, jira);
        var bare = await BareTickets.Create(hub.ConnectionString, Issues);
        var (added, changed, read, single) = (await bare.Upsert(), await bare.Upsert(), await bare.ReadHashes(), await bare.OneByOne());
        var fetch = await FetchOnly(jira);
        Console.WriteLine($"limits in rows/s: new {added:0}, changed {changed:0}, hashes read {read:0}, one by one {single:0}; fetching the pages alone {fetch:0}");
        await Report("new", added);
        await Report("unchanged", read);
        jira.Issues.All.ToList().ForEach(issue => jira.Issues.Rewrite(issue.Key, old => old with { Summary = old.Summary + " again" }));
        await Report("changed", changed);

        async Task Report(string what, double limit)
        {
            var wal = await Wal(hub);
            var rate = await Sync(hub, project, Issues);
            var bytes = await Wal(hub) - wal;
            // Fetching and writing overlap, so the slower of the two is what a perfect hub on cores of its own would reach.
            Console.WriteLine($"{what}: {rate:0} rows/s; of the database's limit {rate / limit:0.00}, of fetching alone {rate / fetch:0.00}, "
                + $"of one statement per row {rate / single:0.0}; WAL per row {(double)bytes / Issues:0} bytes");
        }
    }

    /// <summary>How much more the heap holds after a collection while a walk is under way; the fake's own issues are not counted.</summary>
    public static async Task Memory()
    {
        foreach (var issues in new[] { 1_000, 100_000 })
        {
            await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = issues, Projects = [("HUB", "Integration Hub")] });
            await using var hub = await HubFixture.Start(setup => setup.Logs = false);
            var project = await Connect(hub, jira);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var peak = 0L;
            using var over = new CancellationTokenSource();
            var watch = Task.Run(async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
                    jira.Requests.Clear();
                    await Task.Delay(500);
                }
            });
            var rate = await Sync(hub, project, issues);
            await over.CancelAsync();
            await watch;
            Console.WriteLine($"{issues} issues: at most {peak / 1024.0 / 1024.0:0.0} MB more on the heap; {rate:0} rows/s");
        }
    }

    private static async Task<long> Connect(HubFixture hub, FakeJiraServer jira)
    {
        var project = await hub.CreateProject();
        (await hub.Http.Post($"projects/{project}/jira-config", new { jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = "HUB" })).Expect(201);
        return project;
    }

    private static async Task<double> Sync(HubFixture hub, long project, int issues)
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
                return issues / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(50);
        }
    }

    private static async Task<long> Wal(HubFixture hub)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        await connection.OpenAsync();
        await using var ask = new NpgsqlCommand("select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint", connection);
        return (long)(await ask.ExecuteScalarAsync())!;
    }

    private static async Task<double> FetchOnly(FakeJiraServer jira)
    {
        using var http = new HttpClient();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{jira.Options.Email}:{jira.Options.Token}"));
        http.DefaultRequestHeaders.Authorization = new("Basic", basic);
        var started = Stopwatch.GetTimestamp();
        for (string? token = null; ;)
        {
            var asked = JsonSerializer.Serialize(new { jql = "project = HUB order by created asc", maxResults = 100, fields = new[] { "*all", "-comment", "-worklog", "-attachment" }, nextPageToken = token });
            var page = (await http.Post($"{jira.Url}/rest/api/3/search/jql", asked)).Expect(200);
            if (!page.TryGetProperty("nextPageToken", out var next) || next.GetString() is not { } following)
                return Issues / Stopwatch.GetElapsedTime(started).TotalSeconds;
            token = following;
        }
    }
}
