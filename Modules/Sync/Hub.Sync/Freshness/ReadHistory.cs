using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Runs;

namespace Hub.Sync.Freshness;

/// <param name="SyncType">full or incremental.</param>
/// <param name="Began">The hub's clock when the stream was begun.</param>
/// <param name="Read">Records read.</param>
internal sealed record StreamReading(SyncType SyncType, DateTimeOffset Began, long Read);

/// <summary>
/// What completed runs read of a stream, as a fold: it knows how many records are usual and tells a success that read nothing where something should have
/// been. A full run that reads nothing is one when most full runs before it read something; an incremental run when rows have been missing for far longer than
/// ever before. Medians, so that one odd run changes nothing; and what stays empty becomes usual.
/// </summary>
internal sealed record ReadHistory
{
    /// <summary>So many runs and gaps are remembered.</summary>
    public const int Remembered = 9;

    /// <summary>Fewer gaps tell nothing of what is usual.</summary>
    public const int GapsToKnow = 5;
    private const int FarLonger = 10;
    private static readonly TimeSpan LeastSilence = TimeSpan.FromDays(3);

    public static readonly ReadHistory None = new();

    /// <summary>Records read by the last full runs.</summary>
    public IReadOnlyList<long> Full { get; init; } = [];

    /// <summary>Records read by the last incremental runs.</summary>
    public IReadOnlyList<long> Incremental { get; init; } = [];

    /// <summary>Seconds between incremental runs that read something.</summary>
    public IReadOnlyList<long> Gaps { get; init; } = [];

    /// <summary>When the last run began that read something.</summary>
    public DateTimeOffset? RowsAt { get; init; }

    /// <summary>Since when runs succeed and read nothing, although there should be something.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    public ReadHistory After(StreamReading reading)
    {
        var full = reading.SyncType is SyncType.Full;
        var suspicious = reading.Read == 0 && (full ? Usual(Full) > 0 : EmptySince is not null || IsSilent(reading.Began));
        return this with
        {
            Full = full ? Remember(Full, reading.Read) : Full,
            Incremental = full ? Incremental : Remember(Incremental, reading.Read),
            Gaps = !full && reading.Read > 0 && RowsAt is { } before && reading.Began > before
                ? Remember(Gaps, (long)(reading.Began - before).TotalSeconds)
                : Gaps,
            RowsAt = reading.Read > 0 ? reading.Began : RowsAt,
            EmptySince = suspicious ? EmptySince ?? reading.Began : null,
        };
    }

    /// <summary>The median of what runs of this kind read; null before the first.</summary>
    public long? UsualRead(SyncType type) => Usual(type is SyncType.Full ? Full : Incremental);

    public JsonElement ToJson() => StreamState.Write(this);

    public static ReadHistory Read(JsonElement stored) => StreamState.Read<ReadHistory>(stored);

    private bool IsSilent(DateTimeOffset now)
    {
        if (RowsAt is not { } rows || Gaps.Count < GapsToKnow)
            return false;
        var longest = TimeSpan.FromSeconds(Gaps.Max()) * FarLonger;
        return now - rows > (longest > LeastSilence ? longest : LeastSilence);
    }

    private static long? Usual(IReadOnlyList<long> reads) => reads.Count == 0 ? null : reads.Order().ElementAt((reads.Count - 1) / 2);

    private static IReadOnlyList<long> Remember(IReadOnlyList<long> known, long value) => [.. known.Append(value).TakeLast(Remembered)];
}
