using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.SharedKernel.Hashing;

/// <summary>A time with an offset, however that is spelled, as the instant in UTC: <c>2026-11-20T10:11:12.340+0200</c> is <c>2026-11-20T08:11:12.34Z</c>.</summary>
public static partial class CanonicalTime
{
    private const string Clock = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    /// <returns>Null for any other text; a time without an offset is one.</returns>
    public static string? Of(string text)
    {
        // Most texts are no times: looked at before the expression is.
        if (text.Length is < 17 or > 35 || text[10] != 'T' || Form().Match(text) is not { Success: true } form
            || !DateTime.TryParseExact(form.Groups["clock"].Value, ["yyyy-MM-dd'T'HH:mm", Clock], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            return null;
        var hours = Number(form.Groups["hours"]);
        var minutes = Number(form.Groups["minutes"]);
        if (hours > 23 || minutes > 59)
            return null;
        var offset = new TimeSpan(hours, minutes, 0);
        var ticks = clock.Ticks - (form.Groups["sign"].Value == "-" ? -offset : offset).Ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : new DateTime(ticks).ToString(Clock + "'Z'", CultureInfo.InvariantCulture);
    }

    private static int Number(Group group) => group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?<clock>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?)(Z|(?<sign>[+-])(?<hours>[0-9]{2})(:?(?<minutes>[0-9]{2}))?)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
