using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.FakeJira.Jql;

/// <summary>
/// Date literals: minutes without an offset, read in the time zone of the account; a bare number of epoch milliseconds (never a quoted one);
/// a period relative to now; the functions now() and startOfDay().
/// </summary>
sealed partial class JqlDates(TimeZoneInfo zone, DateTimeOffset now, bool epochMilliseconds)
{
    static readonly string[] Formats = ["yyyy-MM-dd HH:mm", "yyyy/MM/dd HH:mm", "yyyy-MM-dd", "yyyy/MM/dd", "yyyy-M-d HH:mm", "yyyy-M-d"];

    public DateTimeOffset Read(string field, Operand operand)
    {
        var text = operand.Text.Trim();
        return operand.Kind switch
        {
            OperandKind.Function when text.Equals("now", StringComparison.OrdinalIgnoreCase) => now,
            OperandKind.Function when text.Equals("startOfDay", StringComparison.OrdinalIgnoreCase) => Local(TimeZoneInfo.ConvertTime(now, zone).Date),
            OperandKind.Word when epochMilliseconds && long.TryParse(text, CultureInfo.InvariantCulture, out var ms) && text.Length > 8 =>
                DateTimeOffset.FromUnixTimeMilliseconds(ms),
            OperandKind.Word or OperandKind.Quoted when Literal(text, out var local) => Local(local),
            OperandKind.Word or OperandKind.Quoted when Period().Match(text) is { Success: true } match => now + Sum(match),
            _ => throw new JqlException($"Date value '{operand.Text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
                + "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."),
        };
    }

    [GeneratedRegex(@"^([+-]?)(?=\d)(?:(\d{1,5})w)?\s*(?:(\d{1,5})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,8})m)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Period();

    static TimeSpan Sum(Match match)
    {
        long Part(int group) => match.Groups[group].Success ? long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var minutes = ((Part(2) * 7 + Part(3)) * 24 + Part(4)) * 60 + Part(5);
        return TimeSpan.FromMinutes(match.Groups[1].Value == "-" ? -minutes : minutes);
    }

    static bool Literal(string text, out DateTime local) =>
        DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);

    DateTimeOffset Local(DateTime local)
    {
        // A local time that the clock skipped in spring means the same distance after the skip began.
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
