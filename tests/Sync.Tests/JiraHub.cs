using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Hub.FakeJira;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Sync.Tests;

/// <summary>A hub whose one project is synchronised with a fake Jira.</summary>
internal sealed class JiraHub : IAsyncDisposable
{
    public const string Projects = "HUB,PAY";
    private readonly HubFixture hub;

    private JiraHub(HubFixture hub, FakeJiraServer jira, Heard heard) => (this.hub, Jira, Heard) = (hub, jira, heard);

    public FakeJiraServer Jira { get; }

    /// <summary>What the other modules were told.</summary>
    public Heard Heard { get; }

    public HubFixture Hub => hub;
    public HttpClient Http => hub.Http;
    public long Project { get; private set; }
    public long Integration { get; private set; }
    public SyncRunWorker Worker => hub.Services.GetRequiredService<SyncRunWorker>();

    public static async Task<JiraHub> Start(
        FakeJiraServer jira, Action<HubSetup>? customise = null, Dictionary<string, string>? settings = null, JiraHub? like = null, bool force = false)
    {
        var heard = new Heard();
        var hub = await HubFixture.Start(setup =>
        {
            setup.Settings["Hub:Sync:RetrySeconds"] = "0.05";
            setup.Services = services =>
            {
                services.AddSingleton(heard);
                services.AddScoped<INotificationHandler<IntegrationCalled>, Listener>();
                services.AddScoped<INotificationHandler<TicketsChanged>, Listener>();
                services.AddScoped<INotificationHandler<SyncRunChanged>, Listener>();
            };
            customise?.Invoke(setup);
        });
        var started = new JiraHub(hub, jira, heard);
        (started.Project, started.Integration) = like is null ? await started.Connect(settings, force) : (like.Project, like.Integration);
        return started;
    }

    private async Task<(long Project, long Integration)> Connect(Dictionary<string, string>? settings, bool force)
    {
        var project = await hub.CreateProject();
        var cloud = Jira.Options.Deployment is Deployment.Cloud;
        var config = new Dictionary<string, string?>
        {
            ["jira_url"] = Jira.Url, ["email"] = cloud ? Jira.Options.Email : null, ["api_key"] = Jira.Options.Token,
            ["project_key"] = Projects, ["deployment"] = cloud ? "cloud" : "data_center",
        };
        foreach (var (name, value) in settings ?? [])
            config[name] = value;
        // Forced: recorded payloads speak of projects that the fake does not have.
        var integration = (await Http.Post($"projects/{project}/jira-config?force={force}", config)).Expect(201).Number("id");
        if (force)
            (await Http.Patch($"integrations/{integration}/status", new { enabled = true })).Expect(200);
        Jira.Requests.Clear();
        return (project, integration);
    }

    public async Task Switch(bool enabled) => (await Http.Patch($"integrations/{Integration}/status", new { enabled })).Expect(200);

    public async Task Set(string setting, object value) =>
        (await Http.Patch($"integrations/{Integration}", new { configuration = new Dictionary<string, object> { [setting] = value } })).Expect(200);

    /// <summary>Starts a run and gives its id.</summary>
    public async Task<Guid> Begin(string type = "full", string? jql = null)
    {
        var answer = await Http.Post($"integrations/{Integration}/sync", jql is null ? new { sync_type = type } : new { sync_type = type, jql });
        return answer.Expect(202).GetProperty("run").GetProperty("id").GetGuid();
    }

    /// <summary>Starts a run and waits for its end.</summary>
    public async Task<JsonElement> Sync(string type = "full", string? jql = null, string expected = "completed")
    {
        var run = await End(await Begin(type, jql));
        return Be(run, expected);
    }

    /// <summary>The run as it is now, which must be in this state.</summary>
    public async Task<JsonElement> End(Guid run, string expected)
    {
        var now = (await Http.Get($"sync-runs/{run}")).Expect(200);
        return Be(now, expected);
    }

    private static JsonElement Be(JsonElement run, string expected) => run.Text("status") == expected
        ? run
        : throw new NUnit.Framework.AssertionException($"Expected the run to be {expected}: {run}");

    public Task<JsonElement> End(Guid run) => Reach(run, status => status is "completed" or "failed" or "cancelled" or "quarantined");

    public Task<JsonElement> Reach(Guid run, string status) => Reach(run, now => now == status);

    private Task<JsonElement> Reach(Guid run, Func<string, bool> enough) => HubFixture.Eventually(
        async () => (await Http.Get($"sync-runs/{run}")).Expect(200), now => enough(now.GetProperty("status").GetString()!), "the run gets there");

    public async Task<List<JsonElement>> Tickets(string filter = "")
    {
        var all = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = (await Http.Get($"projects/{Project}/jira-tickets?limit=200&{filter}{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                return all;
        }
    }

    public async Task<JsonElement> Ticket(string key) => (await Tickets("deleted=true")).Single(ticket => ticket.Text("key") == key);

    public async Task<List<string>> Keys(string filter = "") => [.. (await Tickets(filter)).Select(ticket => ticket.Text("key"))];

    /// <summary>Publishes a notification in a transaction, as its module does.</summary>
    public async Task Publish<T>(T notification) where T : INotification
    {
        await using var scope = hub.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var tx = await db.Begin(default);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(notification, default);
        await tx.Commit(default);
    }

    public async Task<TResult> Use<TService, TResult>(Func<TService, Task<TResult>> work) where TService : notnull
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<T> Sql<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}

/// <summary>Every notification that this module publishes, as it was committed or not.</summary>
internal sealed class Heard
{
    public ConcurrentQueue<IntegrationCalled> Calls { get; } = new();
    public ConcurrentQueue<TicketChange> Tickets { get; } = new();
    public ConcurrentQueue<SyncRunChanged> Runs { get; } = new();
}

internal sealed class Listener(Heard heard)
    : INotificationHandler<IntegrationCalled>, INotificationHandler<TicketsChanged>, INotificationHandler<SyncRunChanged>
{
    public Task Handle(IntegrationCalled notification, CancellationToken cancellationToken)
    {
        heard.Calls.Enqueue(notification);
        return Task.CompletedTask;
    }

    public Task Handle(TicketsChanged notification, CancellationToken cancellationToken)
    {
        foreach (var change in notification.Changes)
            heard.Tickets.Enqueue(change);
        return Task.CompletedTask;
    }

    public Task Handle(SyncRunChanged notification, CancellationToken cancellationToken)
    {
        heard.Runs.Enqueue(notification);
        return Task.CompletedTask;
    }
}

internal static class Json
{
    public static string Text(this JsonElement value, string member) => value.GetProperty(member).GetString()!;

    public static long Number(this JsonElement value, string member) => value.GetProperty(member).GetInt64();

    public static (long Created, long Updated, long Unchanged, long Deleted) Counts(this JsonElement run) =>
        (run.Number("created"), run.Number("updated"), run.Number("unchanged"), run.Number("deleted"));
}
