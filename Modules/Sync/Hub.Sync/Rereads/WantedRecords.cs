using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;

namespace Hub.Sync.Rereads;

/// <summary>Records that an event named without telling enough of them; kept in the transaction of the event, read by <see cref="RereadWorker"/>.</summary>
internal sealed class WantedRecords(Db db, TimeProvider time)
{
    public const string Signal = "sync_record_wanted";

    /// <param name="integrationId">Through which integration.</param>
    /// <param name="scopePath">Where it belongs, root first.</param>
    /// <param name="kind">What it is, as the integration's reader names it.</param>
    /// <param name="key">How its provider names it.</param>
    /// <param name="toldAt">The provider's time of the event.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task Want(long integrationId, IReadOnlyList<long> scopePath, string kind, string key, DateTimeOffset toldAt, CancellationToken ct) =>
        db.Execute(Insert, new { integrationId, scopePath, kind, key, toldAt, now = time.GetUtcNow(), signal = Signal }, ct);

    private const string Insert = """
        with wanted as (
            insert into sync.wanted_records as w (integration_id, kind, record_key, scope_path, told_at, wanted_at, next_attempt_at)
            values (@integrationId, @kind, @key, @scopePath, @toldAt, @now, @now)
            on conflict (integration_id, kind, record_key) do update set
                told_at = greatest(w.told_at, excluded.told_at), wanted_at = excluded.wanted_at, attempts = 0,
                next_attempt_at = least(w.next_attempt_at, excluded.next_attempt_at)
            returning 1
        )
        select pg_notify(@signal, '') from wanted
        """;
}

/// <summary>A record that is to be read.</summary>
/// <param name="IntegrationId">Through which integration.</param>
/// <param name="Kind">What it is.</param>
/// <param name="RecordKey">How its provider names it.</param>
/// <param name="ScopePath">Where it belongs, root first.</param>
/// <param name="ToldAt">The provider's time of the last event that named it.</param>
/// <param name="WantedAt">When it was last asked for.</param>
/// <param name="Attempts">Which attempt this is, from 1.</param>
internal sealed record WantedRecord(
    long IntegrationId, string Kind, string RecordKey, long[] ScopePath, DateTimeOffset ToldAt, DateTimeOffset WantedAt, int Attempts);

/// <summary>Reads records of one type of integration from its provider.</summary>
internal interface IRecordReader
{
    IReadOnlyList<string> IntegrationTypes { get; }

    /// <summary>How many are read together at most.</summary>
    int Most { get; }

    /// <param name="connection">The integration.</param>
    /// <param name="wanted">All of one kind.</param>
    /// <param name="ct">Cancels the calls.</param>
    /// <returns>What stores them, to be called inside a transaction. What is gone is left as it is.</returns>
    /// <exception cref="Providers.ProviderFailure">They cannot be read now.</exception>
    Task<Func<IServiceProvider, CancellationToken, Task>> Read(Connection connection, IReadOnlyList<WantedRecord> wanted, CancellationToken ct);
}

/// <summary>How long to wait after each failure.</summary>
internal static class RereadPauses
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3),
        TimeSpan.FromHours(6),
    ];

    /// <param name="failed">The attempt that failed, from 1.</param>
    /// <param name="asked">How long the provider asked to be left alone; null when it did not.</param>
    /// <returns>Null after the last attempt.</returns>
    public static TimeSpan? After(int failed, TimeSpan? asked) => failed > Pauses.Length ? null
        : asked is { } pause && pause > Pauses[failed - 1] ? pause : Pauses[failed - 1];
}
