using System.Collections.Concurrent;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Live;

/// <summary>
/// Who is connected. A connection outlives the check of its key by hours, a revoked key must not: every 15 seconds one question asks for all of them,
/// whose key or session is over is sent away, and the others are kept alive.
/// </summary>
internal sealed class LivePresence(IServiceScopeFactory scopes, TimeProvider time, ILogger<LivePresence> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<Guest, byte> guests = new();

    /// <param name="caller">Whose key or session it is.</param>
    /// <param name="keepAlive">Called every 15 seconds. Quick, does not throw.</param>
    /// <param name="leave">Called once the key or the session is over. Likewise.</param>
    /// <returns>Disposed of when the connection ends.</returns>
    public IDisposable Enter(Caller caller, Action keepAlive, Action leave)
    {
        var guest = new Guest(this, caller, keepAlive, leave);
        guests.TryAdd(guest, 0);
        return guest;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                if (!guests.IsEmpty)
                    await Tick([.. guests.Select(guest => guest.Key)], stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private async Task Tick(IReadOnlyList<Guest> present, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var valid = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskValidCallers(
                [.. present.Where(guest => guest.Caller.SessionId is null).Select(guest => guest.Caller.KeyId).OfType<long>().Distinct()],
                [.. present.Select(guest => guest.Caller.SessionId).OfType<long>().Distinct()]), ct);
            var (keys, sessions) = (valid.KeyIds.ToHashSet(), valid.SessionIds.ToHashSet());
            foreach (var guest in present)
                if (!(guest.Caller.SessionId is { } session ? sessions.Contains(session) : keys.Contains(guest.Caller.KeyId ?? 0)))
                    guest.Leave();
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            // While the database is away nothing happens that anybody could be told.
            log.LogWarning("Checking the keys of live clients failed ({Fault}); trying again", fault.GetType().Name);
        }

        foreach (var guest in present)
            guest.KeepAlive();
    }

    private sealed class Guest(LivePresence owner, Caller caller, Action keepAlive, Action leave) : IDisposable
    {
        public Caller Caller => caller;

        public Action KeepAlive => keepAlive;

        public Action Leave => leave;

        public void Dispose() => owner.guests.TryRemove(this, out _);
    }
}
