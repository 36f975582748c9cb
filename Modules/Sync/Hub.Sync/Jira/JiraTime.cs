using System.Globalization;
using System.Text.Json;

namespace Hub.Sync.Jira;

/// <summary>
/// Jira's numbers and times: <c>2026-11-20T10:11:12.345+0000</c> without a colon in the offset, epoch milliseconds in webhooks, days as
/// <c>yyyy-MM-dd</c>.
/// </summary>
internal static class JiraTime
{
    public static DateTimeOffset? Instant(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        JsonValueKind.Number when value.TryGetInt64(out var milliseconds) && Math.Abs(milliseconds) < 100_000_000_000_000 =>
            DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        _ => null,
    };

    public static long? Number(JsonElement value) => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    public static DateOnly? Day(JsonElement value) =>
        value.ValueKind is JsonValueKind.String
        && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
}
