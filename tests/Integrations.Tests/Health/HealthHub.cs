using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Contracts;
using Hub.Integrations.Health.Checks;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Integrations.Tests.Health;

/// <summary>A hub whose clock a test turns, with a provider of type <c>jira</c> that does what the test wants. Workers run when a test ticks them.</summary>
internal sealed class HealthHub : IAsyncDisposable
{
    private HealthHub(HubFixture hub, FakeTime time, Provider provider, ConcurrentQueue<IntegrationHealthChanged> told) =>
        (Hub, Time, Jira, Told) = (hub, time, provider, told);

    public HubFixture Hub { get; }

    public HttpClient Http => Hub.Http;

    public FakeTime Time { get; }

    public Provider Jira { get; }

    /// <summary>Every notification, in order.</summary>
    public ConcurrentQueue<IntegrationHealthChanged> Told { get; }

    public static async Task<HealthHub> Start(string? connectionString = null, FakeTime? time = null, Provider? provider = null, Action<HubSetup>? setup = null)
    {
        time ??= new FakeTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        provider ??= new Provider();
        var told = new ConcurrentQueue<IntegrationHealthChanged>();
        var hub = await HubFixture.Start(wanted =>
        {
            (wanted.Workers, wanted.Time, wanted.ConnectionString) = (false, time, connectionString);
            setup?.Invoke(wanted);
            var more = wanted.Services;
            wanted.Services = services =>
            {
                foreach (var own in services.Where(service => service.ServiceType == typeof(IConnectionTest) && service.ImplementationType?.Name == "JiraConnectionTest").ToArray())
                    services.Remove(own);
                services.AddSingleton<IConnectionTest>(provider);
                services.AddSingleton<HttpCall>((request, _, _) => Task.FromResult(provider.Answer(request)));
                services.AddScoped<INotificationHandler<IntegrationHealthChanged>>(_ => new Recorder(told));
                more?.Invoke(services);
            };
        });
        return new HealthHub(hub, time, provider, told);
    }

    public async Task<long> Create(string name = "Jira", string type = "jira", object? configuration = null, long scope = 1) =>
        (await Http.Post("integrations", new
        {
            scope_id = scope, name, integration_type = type, configuration = configuration ?? new { base_url = "https://jira.example.com", api_token = "pat-health-0001" },
        })).Expect(201).GetProperty("id").GetInt64();

    public async Task<JsonElement> Health(long id) => (await Http.Get($"integrations/{id}/health")).Expect(200);

    public async Task<string?> Status(long id) => (await Http.Get($"integrations/{id}")).Expect(200).GetProperty("status").GetString();

    public Task<int> Tick() => Hub.Services.GetRequiredService<HealthCheckWorker>().Tick(CancellationToken.None);

    /// <summary>Works off everything that is due now.</summary>
    public async Task<int> TickAll()
    {
        var done = 0;
        while (await Tick() > 0)
            done++;
        return done;
    }

    /// <summary>Turns the clock to just after the next check of an integration, and lets it happen.</summary>
    /// <returns>How long that was.</returns>
    public async Task<TimeSpan> ToNextCheck(long id)
    {
        var wait = (await Health(id)).GetProperty("next_check_at").GetDateTimeOffset() - Time.GetUtcNow();
        Time.Advance(wait);
        await TickAll();
        return wait;
    }

    public async Task Called(long id, string? reason = null, double latencyMs = 20, string? message = null)
    {
        await using var scope = Hub.Services.CreateAsyncScope();
        await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(new IntegrationCalled(id, reason is null, reason, message, latencyMs));
        await tx.Commit(CancellationToken.None);
    }

    public async Task<T?> Scalar<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Hub.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async ValueTask DisposeAsync() => await Hub.DisposeAsync();

    private sealed class Recorder(ConcurrentQueue<IntegrationHealthChanged> told) : INotificationHandler<IntegrationHealthChanged>
    {
        public Task Handle(IntegrationHealthChanged notification, CancellationToken cancellationToken)
        {
            told.Enqueue(notification);
            return Task.CompletedTask;
        }
    }
}

/// <summary>The connection test of a provider that a test scripts.</summary>
internal sealed class Provider : IConnectionTest
{
    private int running;

    public string Type => "jira";

    /// <summary>What happens in a test, by integration; throw to fail.</summary>
    public Func<long, CancellationToken, Task> Behaviour { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What its answers say in <c>Retry-After</c>.</summary>
    public string? RetryAfter { get; set; }

    public JsonObject? Detected { get; set; }

    /// <summary>Integrations in the order they were tested in.</summary>
    public ConcurrentQueue<long> Tested { get; } = new();

    public int MostAtOnce { get; private set; }

    public void Fails(string reason, string message = "It does not work.") => Behaviour = (_, _) => throw new TestStopped(reason, message);

    public void Works() => Behaviour = (_, _) => Task.CompletedTask;

    public int Status { get; set; } = 200;

    /// <summary>Told of every call.</summary>
    public Action Answered { get; set; } = () => { };

    public OutboundResponse Answer(OutboundRequest request)
    {
        Answered();
        return new(
            Status, RetryAfter is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Retry-After"] = RetryAfter }, [], request.Url,
            TimeSpan.FromMilliseconds(12));
    }

    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        var id = subject.IntegrationId ?? 0;
        Tested.Enqueue(id);
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref running));
        try
        {
            // A test that calls nobody says nothing about health.
            await probe.Call("auth", new OutboundRequest { Method = HttpMethod.Get, Url = new Uri("https://jira.example.com/") }, ct);
            await Behaviour(id, ct);
            return new Finding("It works.", "Hub", 12, Detected);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}
