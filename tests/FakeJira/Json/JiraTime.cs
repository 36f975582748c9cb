using System.Globalization;

namespace Hub.FakeJira;

/// <summary>Times as Jira writes them: milliseconds, and an offset without a colon, in the time zone of the account that asks.</summary>
static class JiraTime
{
    public static DateTimeOffset Trim(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMillisecond, time.Offset);

    public static string Text(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var offset = local.Offset;
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-ddTHH:mm:ss.fff}{sign}{offset:hhmm}");
    }

    /// <summary>Reads what <see cref="Text"/> writes; Jira refuses an offset with a colon.</summary>
    public static bool TryRead(string text, out DateTimeOffset time)
    {
        time = default;
        return !text.EndsWith('Z') && text.LastIndexOf(':') <= text.LastIndexOf('.')
            && DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
