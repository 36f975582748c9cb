using Hub.SharedKernel.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Live;

/// <summary>Reads live events once per process and hands them to its clients; does nothing while there are none.</summary>
internal sealed class LiveFeed(LiveStore store, DbSignals signals, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LiveFeed> log)
    : BackgroundService
{
    public const string Channel = "hub_live";
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // An event behind a transaction that is still open: no signal follows when that one ends without a word.
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(50);

    // A burst is given out page by page: who takes a page in this time keeps up, and who does not holds up the others no longer.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly HashSet<LiveClient> clients = [];
    private LivePosition position;

    /// <summary>Feeds a client from now on, until the answer is disposed.</summary>
    public async Task<IDisposable> Join(LiveClient client, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (clients.Count == 0)
                position = await store.Horizon(ct);
            client.From = position;
            clients.Add(client);
            // A stream that goes on would keep the hub from stopping.
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                client.End();
        }
        finally
        {
            gate.Release();
        }

        Wake();
        return new Seat(this, client);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(Channel, Wake);
        using var stopping = lifetime.ApplicationStopping.Register(() => _ = EndAll());
        var pause = Idle;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                pause = await Look(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                log.LogWarning("Reading live events failed ({Fault}); trying again", fault.GetType().Name);
                pause = Idle;
            }

            if (pause != TimeSpan.Zero)
                await Sleep(pause, stoppingToken);
        }
    }

    /// <returns>How long to wait for a signal before looking again.</returns>
    private async Task<TimeSpan> Look(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (clients.Count == 0)
                return Timeout.InfiniteTimeSpan;
            var (events, more) = await store.After(position, ct);
            foreach (var happened in events)
            {
                foreach (var client in clients)
                    client.Offer(happened);
                position = happened.Position!.Value;
            }

            for (var waited = TimeSpan.Zero; more && waited < Patience && clients.Any(client => !client.HasRoom); waited += Glance)
                await Task.Delay(Glance, ct);
            return !more ? Idle : events.Count > 0 ? TimeSpan.Zero : HeldBack;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task Sleep(TimeSpan pause, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = wake.WaitAsync(either.Token);
        await Task.WhenAny(woken, Task.Delay(pause, time, either.Token));
        await either.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already awake.
        }
    }

    private sealed class Seat(LiveFeed feed, LiveClient client) : IDisposable
    {
        public void Dispose() => _ = feed.Leave(client);
    }

    private async Task Leave(LiveClient client)
    {
        await gate.WaitAsync();
        clients.Remove(client);
        gate.Release();
    }

    private async Task EndAll()
    {
        await gate.WaitAsync();
        foreach (var client in clients)
            client.End();
        gate.Release();
    }
}
