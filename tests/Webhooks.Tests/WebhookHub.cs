using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.TestHarness;
using Hub.Webhooks.Contracts;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Processing;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Hub.Webhooks.Tests;

/// <summary>A whole hub whose senders and reaction are the test's own: what is tested is the way between them.</summary>
internal sealed class WebhookHub(HubFixture hub, SourcesDouble sources, ReactionDouble reaction) : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-tests";

    public HubFixture Hub => hub;

    public HttpClient Http => hub.Http;

    public SourcesDouble Sources => sources;

    public ReactionDouble Reaction => reaction;

    public InboxWorker Worker => hub.Services.GetRequiredService<InboxWorker>();

    public static async Task<WebhookHub> Start(bool workers = false, Action<HubSetup>? customise = null)
    {
        var sources = new SourcesDouble();
        var reaction = new ReactionDouble();
        var hub = await HubFixture.Start(setup =>
        {
            setup.Workers = workers;
            setup.Services = services =>
            {
                services.Replace(ServiceDescriptor.Singleton<IRequestHandler<AskWebhookSources, IReadOnlyList<WebhookSource>>>(sources));
                services.Replace(ServiceDescriptor.Singleton<IRequestHandler<AskIntegration, IntegrationInfo?>>(sources));
                services.RemoveAll<INotificationHandler<WebhookReceived>>();
                services.RemoveAll<INotificationHandler<WebhooksReceived>>();
                services.AddScoped<INotificationHandler<WebhooksReceived>, PublishEachEvent>();
                services.AddSingleton(reaction);
                services.AddScoped<INotificationHandler<WebhookReceived>, ReactionDouble.InScope>();
            };
            customise?.Invoke(setup);
        });
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        await connection.ExecuteAsync("create table if not exists public.applied (n bigint generated always as identity, event_id uuid not null, payload text not null)");
        return new WebhookHub(hub, sources, reaction);
    }

    /// <summary>A jira integration on a new project, with a URL token <c>token-{id}</c>.</summary>
    public async Task<WebhookSource> Jira(string site = "https://acme.atlassian.net", string? secret = Secret, long parent = 1)
    {
        var project = await hub.CreateScope("project", $"P{Guid.CreateVersion7():n}", parent);
        return sources.Add("jira", await PathOf(project), new { base_url = site }, "webhook_secret", secret);
    }

    public async Task<long[]> PathOf(long scope) => await Query<long[]>("select path from integrations.scopes where id = @scope", new { scope });

    /// <summary>Sends a body to <c>/webhooks/in/{token}</c> of a source, signed as Jira and GitHub sign.</summary>
    public Task<Answer> Deliver(WebhookSource source, object body, string? deliveryId = null, string secret = Secret) =>
        Send($"webhooks/in/token-{source.Integration.Id}", Bytes(body), source.Integration.Type is "jira" ? "X-Hub-Signature" : "X-Hub-Signature-256", secret,
            source.Integration.Type is "jira" ? "X-Atlassian-Webhook-Identifier" : "X-GitHub-Delivery", deliveryId);

    public Task<Answer> Send(string path, byte[] body, string header, string secret, string idHeader = "X-Atlassian-Webhook-Identifier", string? deliveryId = null) =>
        hub.ClientFor(null).Post(path, body, [(header, Sign(body, secret)), .. deliveryId is null ? Array.Empty<(string, string)>() : [(idHeader, deliveryId)]]);

    public static string Sign(byte[] body, string secret) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    public static byte[] Bytes(object body) => body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body);

    public static object Issue(int id, string summary = "s") => new { webhookEvent = "jira:issue_updated", timestamp = 1, issue = new { id = id.ToString(CultureInfo.InvariantCulture), fields = new { summary } } };

    public async Task<T> Query<T>(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        return (await connection.QuerySingleAsync<T>(sql, args))!;
    }

    public async Task<T[]> Rows<T>(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        return [.. await connection.QueryAsync<T>(sql, args)];
    }

    public async Task Execute(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(hub.ConnectionString);
        await connection.ExecuteAsync(sql, args);
    }

    public Task<string> StatusOf(Guid id) => Query<string>("select status from webhooks.inbox_events where id = @id", new { id });

    /// <summary>Runs a notification through the real pipeline in a transaction of its own, as another module would.</summary>
    public async Task Publish<T>(T notification) where T : INotification
    {
        await using var scope = hub.Services.CreateAsyncScope();
        await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(notification, CancellationToken.None);
        await tx.Commit(CancellationToken.None);
    }

    /// <summary>Ticks until nothing is due.</summary>
    public async Task Drain()
    {
        while (await Worker.Tick(CancellationToken.None) > 0)
        {
        }
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}

/// <summary>Answers for the Integrations module from a list.</summary>
internal sealed class SourcesDouble : IRequestHandler<AskWebhookSources, IReadOnlyList<WebhookSource>>, IRequestHandler<AskIntegration, IntegrationInfo?>
{
    private readonly List<WebhookSource> sources = [];
    private int asked;

    public int Asked => Volatile.Read(ref asked);

    public WebhookSource Add(string type, IReadOnlyList<long> path, object settings, string secretField, string? secret)
    {
        lock (sources)
        {
            var id = 1000 + sources.Count;
            var source = new WebhookSource(
                new IntegrationInfo(id, path[^1], path, $"{type} {id}", type, "ticketing", Enabled: true, "active", "unknown", 1),
                JsonSerializer.SerializeToElement(settings).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
                secret is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [secretField] = secret });
            sources.Add(source);
            return source;
        }
    }

    public WebhookSource Replace(WebhookSource old, WebhookSource changed)
    {
        lock (sources)
            sources[sources.IndexOf(old)] = changed;
        return changed;
    }

    public Task<IReadOnlyList<WebhookSource>> Handle(AskWebhookSources request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        lock (sources)
            return Task.FromResult<IReadOnlyList<WebhookSource>>([.. sources.Where(source =>
                (request.Token is null || request.Token == $"token-{source.Integration.Id}")
                && (request.Type is null || request.Type == source.Integration.Type)
                && (request.ScopeId is null || request.ScopeId == source.Integration.ScopeId))]);
    }

    public Task<IntegrationInfo?> Handle(AskIntegration request, CancellationToken cancellationToken)
    {
        lock (sources)
            return Task.FromResult(sources.Select(source => source.Integration)
                .FirstOrDefault(integration => integration.Id == request.Id && integration.ScopePath.Contains(request.CallerScopeId)));
    }
}

/// <summary>Writes one row per event inside the worker's transaction and then does what the test asks for.</summary>
internal sealed class ReactionDouble
{
    private readonly List<WebhookReceived> seen = [];

    public Func<WebhookReceived, Task>? Then { get; set; }

    public IReadOnlyList<WebhookReceived> Seen
    {
        get
        {
            lock (seen)
                return [.. seen];
        }
    }

    internal sealed class InScope(ReactionDouble script, Db db) : INotificationHandler<WebhookReceived>
    {
        public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
        {
            lock (script.seen)
                script.seen.Add(notification);
            await db.Execute("insert into public.applied (event_id, payload) values (@EventId, @text)",
                new { notification.EventId, text = notification.Payload.GetRawText() }, cancellationToken);
            if (!notification.EventType.StartsWith("ping", StringComparison.Ordinal))
                notification.Effects.Add("row written");
            if (script.Then is { } then)
                await then(notification);
        }
    }
}
