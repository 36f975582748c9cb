using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hub.SharedKernel.Data;

/// <summary>
/// One LISTEN connection per process. A signal only ever means "look now": after a broken connection every subscriber is told to look, so a
/// notification that was missed costs nothing but that look.
/// </summary>
public sealed class DbSignals(NpgsqlDataSource source, TimeProvider time, ILogger<DbSignals> log) : BackgroundService
{
    private static readonly TimeSpan NewChannels = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Subscription, byte>> channels = new(StringComparer.Ordinal);

    /// <summary>Calls <paramref name="look"/> after each NOTIFY on the channel. It must be quick and must not throw.</summary>
    public IDisposable Subscribe(string channel, Action look)
    {
        var subscription = new Subscription(this, channel, look);
        channels.GetOrAdd(channel, _ => new()).TryAdd(subscription, 0);
        return subscription;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
            {
                log.LogWarning("Listening for database signals broke off ({Fault}); trying again", fault.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken);
            }
        }
    }

    private async Task Listen(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        connection.Notification += (_, note) => Signal(note.Channel);
        var listened = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var channel in channels.Keys.Where(listened.Add))
            {
                await using var listen = new NpgsqlCommand($"listen \"{channel}\"", connection);
                await listen.ExecuteNonQueryAsync(ct);
                Signal(channel);
            }

            // New channels are found by looking, for cancelling a wait can break the connection.
            await connection.WaitAsync(NewChannels, ct);
        }
    }

    private void Signal(string channel)
    {
        if (channels.TryGetValue(channel, out var subscriptions))
            foreach (var subscription in subscriptions.Keys)
                subscription.Look();
    }

    private sealed class Subscription(DbSignals owner, string channel, Action look) : IDisposable
    {
        public Action Look { get; } = look;

        public void Dispose() => owner.channels[channel].TryRemove(this, out _);
    }
}
