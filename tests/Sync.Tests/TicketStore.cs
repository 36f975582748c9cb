using System.Text.Json;
using Dapper;
using Hub.SharedKernel.Data;
using Hub.Sync.Tickets;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Sync.Tests;

/// <summary>A hub without a third party: tickets are written as connectors write them, and read over HTTP.</summary>
internal sealed class TicketStore : IAsyncDisposable
{
    public const long Integration = 4711;
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private TicketStore(HubFixture hub, long project) => (Hub, Project) = (hub, project);

    public HubFixture Hub { get; }
    public HttpClient Http => Hub.Http;
    public long Project { get; }

    public static async Task<TicketStore> Open(Action<HubSetup>? customise = null)
    {
        var hub = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            customise?.Invoke(setup);
        });
        return new TicketStore(hub, await hub.CreateProject());
    }

    public TicketSource Walk(Guid? run = null) => new(Integration, [1, Project], 1, ByWalk: true, DateTimeOffset.UtcNow, RunId: run);

    public TicketSource Event() => new(Integration, [1, Project], 1, ByWalk: false, DateTimeOffset.UtcNow);

    /// <param name="id">The provider's id; the key follows from it.</param>
    /// <param name="minute">When the provider changed it, after <see cref="Start"/>.</param>
    /// <param name="summary">Its summary.</param>
    public static RemoteTicket Ticket(int id, int minute = 0, string summary = "Summary") => new()
    {
        ExternalId = $"{id}", Key = $"HUB-{id}", ProjectKey = "HUB", Summary = summary, Labels = [], RemoteUpdatedAt = Start.AddMinutes(minute),
        Source = JsonElement.Parse($$"""{"id":"{{id}}"}"""),
    };

    public Task<PageOutcome> Write(params RemoteTicket[] tickets) => Write(Walk(), tickets);

    public Task<PageOutcome> Write(TicketSource source, params RemoteTicket[] tickets) =>
        In(unit => unit.GetRequiredService<TicketWriter>().Write(source, tickets, default));

    /// <summary>Work in one transaction.</summary>
    public async Task<T> In<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = Hub.Services.CreateAsyncScope();
        await using var tx = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var result = await work(scope.ServiceProvider);
        await tx.Commit(default);
        return result;
    }

    public async Task<JsonElement> Get(string path) => (await Http.Get(path)).Expect(200);

    /// <summary>The place in the feed behind the first changes, once they are shown: a transaction anywhere in the cluster can hold them up.</summary>
    public async Task<string> CursorAfter(int changes) => (await HubFixture.Eventually(
        () => Get("changes"), feed => feed.GetProperty("items").GetArrayLength() == changes, $"{changes} changes are shown")).Text("next_cursor");

    public async Task<long> Id(int externalId) => await Sql<long>("select id from sync.tickets where external_id = @id", new { id = $"{externalId}" });

    public async Task<List<JsonElement>> History(int externalId) => [.. (await Get($"tickets/{await Id(externalId)}/history")).GetProperty("items").EnumerateArray()];

    public async Task<T> Sql<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(Hub.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
