using System.Threading.Channels;
using Hub.SharedKernel.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Sync.Runs;

/// <summary>
/// Keeps a run while it is worked on: extends the lease also while a slow page is on its way, and cancels <see cref="Lost"/> as soon as the run was
/// taken away.
/// </summary>
internal sealed class RunLease : IAsyncDisposable
{
    private readonly CancellationTokenSource lost;
    private readonly CancellationTokenSource over = new();
    private readonly Channel<bool> look = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IDisposable taken;
    private readonly Task keeping;

    public RunLease(ClaimedRun run, IServiceScopeFactory scopes, DbSignals signals, TimeProvider time, TimeSpan length, CancellationToken ct)
    {
        lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        taken = signals.Subscribe(RunSignals.Taken, () => look.Writer.TryWrite(true));
        keeping = Keep(run, scopes, time, length / 3);
    }

    public CancellationToken Lost => lost.Token;

    public async ValueTask DisposeAsync()
    {
        taken.Dispose();
        await over.CancelAsync();
        await keeping;
        over.Dispose();
        lost.Dispose();
    }

    private async Task Keep(ClaimedRun run, IServiceScopeFactory scopes, TimeProvider time, TimeSpan pause)
    {
        while (await Pause(pause, time))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                if (await scope.ServiceProvider.GetRequiredService<RunClaims>().Keep(run, over.Token))
                    continue;
                await lost.CancelAsync();
                return;
            }
            catch (Exception fault) when (fault is NpgsqlException or TimeoutException or OperationCanceledException)
            {
                // The database is away: the lease may run out meanwhile, and the fence keeps whoever comes too late from writing.
            }
        }
    }

    /// <returns>False when the work is over.</returns>
    private async Task<bool> Pause(TimeSpan pause, TimeProvider time)
    {
        await using var alarm = time.CreateTimer(_ => look.Writer.TryWrite(true), null, pause, Timeout.InfiniteTimeSpan);
        try
        {
            return await look.Reader.ReadAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
