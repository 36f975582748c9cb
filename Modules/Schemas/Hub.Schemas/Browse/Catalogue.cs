using Hub.Schemas.Contracts;
using Hub.Schemas.PrivateTypes;
using Hub.SharedKernel.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hub.Schemas.Browse;

/// <summary>What readers see.</summary>
/// <param name="Types">Built-in and private types, the private ones as last read.</param>
/// <param name="Away">The database cannot be reached: only the built-in ones are certain.</param>
internal sealed record CatalogueView(CatalogueSnapshot Types, bool Away);

/// <summary>
/// The catalogue in memory. A read looks whether private types changed when nobody looked for a moment, and never waits long for the database:
/// what is known answers instead.
/// </summary>
internal sealed class Catalogue(NpgsqlDataSource source, TimeProvider time, ILogger<Catalogue> log) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PatienceWhileAway = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim loading = new(1, 1);
    private readonly Lock gate = new();
    private volatile State state = new(new CatalogueView(BuiltInTypes.Snapshot, Away: true), [], null);
    private Task look = Task.CompletedTask;

    public ValueTask<CatalogueView> Get()
    {
        var seen = state;
        return seen.At is { } at && time.GetElapsedTime(at) < Fresh ? ValueTask.FromResult(seen.View) : Look();
    }

    /// <summary>Reads the private types anew, for whoever has just changed them.</summary>
    public async Task Reload()
    {
        await loading.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(Timeout, time);
            state = await Load(state, limit.Token);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException or IOException or TimeoutException)
        {
            if (!state.View.Away || state.At is null)
                log.LogWarning("The catalogue answers from built-in definitions: the database is away ({Fault})", fault.GetType().Name);
            state = state with { View = state.View with { Away = true }, At = time.GetTimestamp() };
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose() => loading.Dispose();

    // One look at a time for all readers; who starts it waits for it briefly, the others take what is known.
    private async ValueTask<CatalogueView> Look()
    {
        Task current;
        bool started;
        lock (gate)
        {
            started = look.IsCompleted;
            current = look = started ? Reload() : look;
        }

        var known = state;
        if (started || known.At is null)
            await Task.WhenAny(current, Task.Delay(known.At is null ? FirstPatience : known.View.Away ? PatienceWhileAway : Patience, time));
        return state.View;
    }

    private async Task<State> Load(State before, CancellationToken ct)
    {
        await using var db = new Db(source);
        var stamps = await db.List<TypeStamp>(ReadStamps, null, ct);
        if (before.At is not null && stamps.SequenceEqual(before.Stamps))
            return before with { View = before.View with { Away = false }, At = time.GetTimestamp() };

        var rows = await db.List<PrivateType>(PrivateType.ReadAll, null, ct);
        var schemas = BuiltInTypes.Snapshot.Schemas.Concat(rows.Select(Read));
        return new State(new CatalogueView(new CatalogueSnapshot(schemas), Away: false), stamps, time.GetTimestamp());
    }

    private IntegrationSchema Read(PrivateType row)
    {
        var schema = row.ToSchema();
        if (schema.Problem is not null)
            log.LogError("Private type {Type} cannot be used: the catalogue shows why", row.Id);
        return schema;
    }

    private sealed record State(CatalogueView View, IReadOnlyList<TypeStamp> Stamps, long? At);

    private sealed record TypeStamp(string Id, int Version, DateTimeOffset UpdatedAt);

    private const string ReadStamps = "select id, version, updated_at from schemas.types order by id";
}
