using Cronos;

namespace Hub.Sync.Schedules;

/// <summary>
/// Cron expressions of exactly five fields. One with seconds is refused rather than rounded, macros such as <c>@daily</c> too: what is stored says when it
/// comes due.
/// </summary>
internal static class CronText
{
    private const int Fields = 5;

    /// <returns>Null when it is none.</returns>
    public static CronExpression? Read(string? cron) => Parse(cron).Expression;

    /// <summary>What is wrong with an expression, after the word that names the field; null when nothing is.</summary>
    public static string? Objection(string cron, DateTimeOffset now) => Parse(cron) switch
    {
        { Objection: { } objection } => objection,
        { Expression: { } read } when read.GetNextOccurrence(now, TimeZoneInfo.Utc) is null => "describes a time that never comes",
        _ => null,
    };

    private static (CronExpression? Expression, string? Objection) Parse(string? cron)
    {
        if (cron is null || cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != Fields)
            return (null, "must have five fields: minute, hour, day of month, month, day of week; seconds are not supported");
        try
        {
            return (CronExpression.Parse(cron, CronFormat.Standard), null);
        }
        catch (Exception wrong) when (wrong is CronFormatException or MissingSeedException)
        {
            return (null, $"cannot be read: {wrong.Message}");
        }
    }
}
