using System.Collections.Concurrent;
using System.Text.Json;
using Dapper;
using Hub.FakeGithub;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Sync.Tests.Github;

/// <summary>A hub whose one project is synchronised with a repository of a fake GitHub.</summary>
internal sealed class GithubHub : IAsyncDisposable
{
    private GithubHub(HubFixture hub, FakeGithubServer github, RepositoryHeard heard) => (Hub, Github, Heard) = (hub, github, heard);

    public HubFixture Hub { get; }

    public FakeGithubServer Github { get; }

    public GithubRepository Repository => Github.Repository;

    /// <summary>What the other modules were told.</summary>
    public RepositoryHeard Heard { get; }

    public HttpClient Http => Hub.Http;
    public long Project { get; private set; }
    public long Integration { get; private set; }

    public static async Task<GithubHub> Start(FakeGithubServer github, Action<HubSetup>? customise = null)
    {
        var heard = new RepositoryHeard();
        var hub = await HubFixture.Start(setup =>
        {
            setup.Settings["Hub:Sync:RetrySeconds"] = "0.05";
            setup.Services = services =>
            {
                services.AddSingleton(heard);
                services.AddScoped<INotificationHandler<RepositoryChanged>, RepositoryListener>();
            };
            customise?.Invoke(setup);
        });
        var started = new GithubHub(hub, github, heard);
        started.Project = await hub.CreateProject();
        started.Integration = (await hub.Http.Post($"projects/{started.Project}/github-config", new
        {
            repository = github.Repository.FullName, access_token = github.Options.Token, base_url = github.Url, webhook_secret = "github-hub-hook-secret",
        })).Expect(201).Number("integration_id");
        github.Requests.Clear();
        return started;
    }

    /// <summary>Starts a run and gives its id.</summary>
    public async Task<Guid> Begin(string type = "incremental", params string[] streams)
    {
        object body = streams.Length == 0 ? new { sync_type = type } : new { sync_type = type, streams };
        return (await Http.Post($"projects/{Project}/github-sync", body)).Expect(202).GetProperty("run").GetProperty("id").GetGuid();
    }

    /// <summary>Starts a run and waits for its end.</summary>
    public async Task<JsonElement> Sync(string type = "incremental", string expected = "completed", params string[] streams) => await End(await Begin(type, streams), expected);

    public async Task<JsonElement> End(Guid run, string expected)
    {
        var now = await Reach(run, status => status is "completed" or "failed" or "cancelled" or "quarantined");
        return now.Text("status") == expected ? now : throw new NUnit.Framework.AssertionException(
            $"Expected the run to be {expected}: {now}\n{string.Join('\n', Hub.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)))}");
    }

    public Task<JsonElement> Reach(Guid run, Func<string, bool> enough) => HubFixture.Eventually(
        async () => (await Http.Get($"sync-runs/{run}")).Expect(200), now => enough(now.Text("status")), "the run gets there");

    /// <summary>All items of a list of the project, such as <c>github-commits</c>.</summary>
    public async Task<List<JsonElement>> List(string list, string filter = "", int limit = 200)
    {
        var all = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = (await Http.Get($"projects/{Project}/{list}?limit={limit}&{filter}{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                return all;
        }
    }

    public async Task<List<string>> Shas() => [.. (await List("github-commits")).Select(commit => commit.Text("sha"))];

    /// <summary>Every commit that any branch reaches, as the fake has them.</summary>
    public IEnumerable<string> Reachable => Repository.Git.Branches.SelectMany(branch => Repository.Git.Log(branch.Name)).Select(commit => commit.Sha).Distinct();

    public async Task<List<JsonElement>> Issues(string filter = "") =>
        [.. (await Http.Get($"tickets?integration_id={Integration}&limit=200&{filter}")).Expect(200).GetProperty("items").EnumerateArray()];

    /// <summary>What the fake itself answers about its repository.</summary>
    public async Task<JsonElement> Ask(string path)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "Authorization", $"Bearer {Github.Options.Token}" }, { "User-Agent", "test" } } };
        return JsonElement.Parse(await http.GetStringAsync($"{Github.Url}/repos/{Repository.FullName}/{path}"));
    }

    public async Task<T> Sql<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(Hub.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}

/// <summary>Every change of a repository that was told.</summary>
internal sealed class RepositoryHeard
{
    public ConcurrentQueue<RepositoryChange> Changes { get; } = new();

    public List<string> Events => [.. Changes.Select(change => $"{change.Event} {change.Key}")];
}

internal sealed class RepositoryListener(RepositoryHeard heard) : INotificationHandler<RepositoryChanged>
{
    public Task Handle(RepositoryChanged notification, CancellationToken cancellationToken)
    {
        foreach (var change in notification.Changes)
            heard.Changes.Enqueue(change);
        return Task.CompletedTask;
    }
}
