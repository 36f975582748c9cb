using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Runs;

/// <summary>
/// Reads the streams of a claimed run one after the other, each from its checkpoint: stores page after page while the next one is on its way, makes room
/// when others wait, and settles everything at the end.
/// </summary>
internal sealed class ConnectorRun(
    ClaimedRun run, IReadOnlyList<string> names, Func<string, IStream> open, RunProgress progress, IServiceScopeFactory scopes, TimeProvider time,
    SyncOptions options)
{
    private readonly TimeSpan slice = TimeSpan.FromSeconds(options.SliceSeconds);
    private DateTimeOffset sliceBegan = time.GetUtcNow();
    private double latencyMs;

    /// <returns>False when the run was put down to make room for others; it goes on from its checkpoint later.</returns>
    /// <exception cref="ProviderFailure">The provider stopped it; the checkpoint tells how far it came.</exception>
    /// <exception cref="LeaseLost">The run is no longer ours.</exception>
    public async Task<bool> Work(CancellationToken ct)
    {
        var checkpoint = Checkpoint.Read(run.Checkpoint) ?? new Checkpoint { Streams = [.. names.Select(name => new StreamCheckpoint(name))] };
        var streams = checkpoint.Streams.ToDictionary(stream => stream.Name, stream => open(stream.Name), StringComparer.Ordinal);
        foreach (var name in checkpoint.Streams.Where(stream => !stream.Done).Select(stream => stream.Name).ToArray())
        {
            checkpoint = await Begin(streams[name], checkpoint, name, ct);
            (checkpoint, var finished) = await Walk(streams[name], checkpoint, name, ct);
            if (!finished)
                return false;
        }

        var confirmed = new List<(IStream, StreamCheckpoint)>();
        foreach (var stream in checkpoint.Streams)
            confirmed.Add((streams[stream.Name], stream with { State = await streams[stream.Name].Confirm(stream.State!.Value, ct) }));
        await TellHealthy(ct);
        await In<RunEnding>(ending => ending.Finish(run, confirmed, ct));
        return true;
    }

    private async Task<Checkpoint> Begin(IStream stream, Checkpoint checkpoint, string name, CancellationToken ct)
    {
        var before = checkpoint.Streams.Single(other => other.Name == name);
        if (before.State is not null)
            return checkpoint;
        var began = time.GetUtcNow();
        var planned = checkpoint.With(before with { Began = began, State = await stream.Begin(ct) });
        await In<RunLedger>(ledger => ledger.Begin(run, planned, name, ct));
        return planned;
    }

    private async Task<(Checkpoint, bool Finished)> Walk(IStream stream, Checkpoint checkpoint, string name, CancellationToken ct)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task<StreamPage>? coming = stream.Fetch(checkpoint.Streams.Single(other => other.Name == name).State!.Value, abandoned.Token);
        try
        {
            while (coming is not null)
            {
                using var page = await coming;
                var roomWanted = !page.Last && await IsRoomWanted(ct);
                coming = page.Last || roomWanted ? null : stream.Fetch(page.State, abandoned.Token);
                await In<RunLedger>(async ledger => checkpoint = await ledger.StorePage(run, page, checkpoint, name, ct));
                latencyMs = page.LatencyMs;
                if (progress.PagesStored++ == 0)
                    await TellHealthy(ct);
                if (roomWanted)
                    return (checkpoint, false);
            }
        }
        finally
        {
            await abandoned.CancelAsync();
            await Drop(coming);
        }

        return (checkpoint, true);
    }

    // Looked at once per slice only: a run that nobody waits behind is not disturbed.
    private async Task<bool> IsRoomWanted(CancellationToken ct)
    {
        if (time.GetUtcNow() - sliceBegan < slice)
            return false;
        sliceBegan = time.GetUtcNow();
        var wanted = false;
        await In<RunClaims>(async claims => wanted = await claims.OthersWait(run, ct));
        return wanted;
    }

    private Task TellHealthy(CancellationToken ct) =>
        In<RunLedger>(ledger => ledger.TellHealth(new IntegrationCalled(run.IntegrationId, true, null, null, latencyMs), ct));

    private async Task In<T>(Func<T, Task> work) where T : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    private static async Task Drop(Task<StreamPage>? coming)
    {
        try
        {
            if (coming is not null)
                (await coming).Dispose();
        }
        catch (Exception lost) when (lost is ProviderFailure or OperationCanceledException or JsonException)
        {
            // The page was asked for in advance and is no longer wanted.
        }
    }
}
