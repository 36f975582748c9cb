using System.Globalization;

namespace Hub.Sync.Jira;

/// <summary>The lower bound of an incremental walk. There is never an upper one: it would hide issues that change all the time.</summary>
internal static class JiraSince
{
    /// <summary>Read again behind the watermark: Jira's search lags behind its writes, and clocks differ.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    // The zone furthest behind UTC: a literal written for it is early enough in every other.
    private static readonly TimeSpan FurthestBehind = TimeSpan.FromHours(12);

    /// <summary>Cloud takes epoch milliseconds, which mean the same to every account.</summary>
    public static string Epoch(DateTimeOffset watermark) =>
        string.Create(CultureInfo.InvariantCulture, $"updated >= {(watermark - Overlap).ToUnixTimeMilliseconds()}");

    /// <summary>
    /// A Data Center reads minutes in the time zone of the account that asks, so the bound is written in that zone and rounded down.
    /// </summary>
    /// <param name="watermark">The newest change that is stored.</param>
    /// <param name="timeZone">IANA name as the account shows it; a missing or unknown one costs half a day of reading again and loses nothing.</param>
    public static string Literal(DateTimeOffset watermark, string? timeZone)
    {
        var bound = watermark - Overlap;
        if (timeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
            return Clause((bound - FurthestBehind).UtcDateTime);
        var local = TimeZoneInfo.ConvertTime(bound, zone);
        // In the hour that clocks repeat in autumn, the literal may be taken for the later of the two.
        if (zone.IsAmbiguousTime(local.DateTime))
            local = TimeZoneInfo.ConvertTime(bound - TimeSpan.FromHours(1), zone);
        return Clause(local.DateTime);
    }

    private static string Clause(DateTime minute) => string.Create(CultureInfo.InvariantCulture, $"updated >= \"{minute:yyyy-MM-dd HH:mm}\"");
}
