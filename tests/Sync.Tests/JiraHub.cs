using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Hub.FakeJira;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
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

    public static async Task<JiraHub> Start(FakeJiraServer jira, Action<HubSetup>? customise = null, Dictionary<string, string>? settings = null, JiraHub? like = null)
    {
        var heard = new Heard();
        var double_ = like?.Connections ?? new Connections();
        var hub = await HubFixture.Start(setup =>
        {
            setup.Settings["Hub:Sync:RetrySeconds"] = "0.05";
            setup.Services = services =>
            {
                services.AddSingleton(heard);
                services.AddScoped<INotificationHandler<IntegrationCalled>, Listener>();
                services.AddScoped<INotificationHandler<TicketsChanged>, Listener>();
                services.AddScoped<INotificationHandler<SyncRunChanged>, Listener>();
                services.AddSingleton(double_);
                services.AddSingleton<IRequestHandler<EnsureKeyRing, Unit>>(double_);
                services.AddSingleton<IRequestHandler<AskIntegration, IntegrationInfo?>>(double_);
                services.AddSingleton<IRequestHandler<AskScopeIntegration, IntegrationInfo?>>(double_);
                services.AddSingleton<IRequestHandler<AskConnection, Connection?>>(double_);
            };
            customise?.Invoke(setup);
        });
        var started = new JiraHub(hub, jira, heard) { Connections = double_ };
        (started.Project, started.Integration) = like is null ? await started.Connect(settings) : (like.Project, like.Integration);
        return started;
    }

    private Connections Connections { get; init; } = null!;

    private async Task<(long Project, long Integration)> Connect(Dictionary<string, string>? settings)
    {
        var project = await hub.CreateProject();
        return (project, Connections.Add(project, Jira, settings ?? []));
    }

    public void Switch(bool enabled) => Connections.Switch(Integration, enabled);

    /// <summary>Starts a run and gives its id.</summary>
    public async Task<Guid> Begin(string type = "full", string? jql = null) =>
        (await Http.Post($"integrations/{Integration}/sync", jql is null ? new { sync_type = type } : new { sync_type = type, jql })).Expect(202).GetProperty("run").GetProperty("id").GetGuid();

    /// <summary>Starts a run and waits for its end.</summary>
    public async Task<JsonElement> Sync(string type = "full", string? jql = null, string expected = "completed")
    {
        var run = await End(await Begin(type, jql));
        return run.GetProperty("status").GetString() == expected ? run : throw new NUnit.Framework.AssertionException($"Expected the run to be {expected}: {run}");
    }

    /// <summary>The run as it is now, which must be in this state.</summary>
    public async Task<JsonElement> End(Guid run, string expected)
    {
        var now = (await Http.Get($"sync-runs/{run}")).Expect(200);
        return now.Text("status") == expected ? now : throw new NUnit.Framework.AssertionException($"Expected the run to be {expected}: {now}");
    }

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

    public void Set(string setting, string value) => Connections.Set(Integration, setting, value);

    public async Task<IntegrationInfo> Info() =>
        (await Connections.Handle(new AskIntegration(Integration, 1), default))!;

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

internal sealed class Listener(Heard heard) : INotificationHandler<IntegrationCalled>, INotificationHandler<TicketsChanged>, INotificationHandler<SyncRunChanged>
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

/// <summary>Stands in for the module that keeps integrations.</summary>
internal sealed class Connections : IRequestHandler<EnsureKeyRing, Unit>, IRequestHandler<AskIntegration, IntegrationInfo?>, IRequestHandler<AskScopeIntegration, IntegrationInfo?>, IRequestHandler<AskConnection, Connection?>
{
    private readonly ConcurrentDictionary<long, Connection> all = new();

    public long Add(long scope, FakeJiraServer jira, Dictionary<string, string> settings, string type = "jira", IReadOnlyList<long>? path = null)
    {
        var id = 100 + all.Count;
        var values = new Dictionary<string, string> { ["base_url"] = jira.Url, ["project_keys"] = JiraHub.Projects, ["deployment"] = "auto" };
        foreach (var (name, value) in settings)
            values[name] = value;
        all[id] = new Connection(
            new IntegrationInfo(id, scope, path ?? [1, scope], "Jira", type, "ticketing", true, "active", "unknown", 1),
            values.ToDictionary(v => v.Key, v => JsonSerializer.SerializeToElement(v.Value)),
            new Dictionary<string, string> { ["Authorization"] = jira.Auth.Header, ["Accept"] = "application/json" }, [jira.Options.Token], JsonElement.Parse("{}"));
        return id;
    }

    public void Set(long id, string setting, string value) => all[id] = all[id] with
    {
        Settings = new Dictionary<string, JsonElement>(all[id].Settings) { [setting] = JsonSerializer.SerializeToElement(value) },
    };

    public Task<Unit> Handle(EnsureKeyRing request, CancellationToken cancellationToken) => Task.FromResult(default(Unit));

    public void Switch(long id, bool enabled) => all[id] = all[id] with { Integration = all[id].Integration with { Enabled = enabled } };

    public Task<IntegrationInfo?> Handle(AskIntegration request, CancellationToken cancellationToken) =>
        Task.FromResult(all.TryGetValue(request.Id, out var found) && found.Integration.ScopePath.Contains(request.CallerScopeId) ? found.Integration : null);

    public Task<IntegrationInfo?> Handle(AskScopeIntegration request, CancellationToken cancellationToken) => Task.FromResult(all.Values
        .Select(connection => connection.Integration)
        .FirstOrDefault(i => i.ScopeId == request.ScopeId && i.Type == request.Type && i.ScopePath.Contains(request.CallerScopeId)));

    public Task<Connection?> Handle(AskConnection request, CancellationToken cancellationToken) => Task.FromResult(all.GetValueOrDefault(request.IntegrationId));
}

internal static class Json
{
    public static string Text(this JsonElement value, string member) => value.GetProperty(member).GetString()!;

    public static long Number(this JsonElement value, string member) => value.GetProperty(member).GetInt64();

    public static (long Created, long Updated, long Unchanged, long Deleted) Counts(this JsonElement run) =>
        (run.Number("created"), run.Number("updated"), run.Number("unchanged"), run.Number("deleted"));
}
