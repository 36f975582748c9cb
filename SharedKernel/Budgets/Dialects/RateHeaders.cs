using System.Globalization;
using System.Text.RegularExpressions;
using Hub.SharedKernel.Outbound;

namespace Hub.SharedKernel.Budgets.Dialects;

/// <summary>Headers that several providers share. What cannot be read is as if it were not there.</summary>
internal static partial class RateHeaders
{
    private const long Epoch = 1_000_000_000;
    private const long EpochMilliseconds = 1_000_000_000_000;

    /// <summary>The clock that the answer's points in time belong to: its own <c>Date</c>, else ours.</summary>
    public static DateTimeOffset Clock(this OutboundResponse response, DateTimeOffset now) => Point(response.Header("Date")) ?? now;

    /// <summary><c>Retry-After</c>: seconds, or a date (RFC 9110, 10.2.3).</summary>
    public static TimeSpan? RetryAfter(this OutboundResponse response, DateTimeOffset now) =>
        response.Header("Retry-After") is not { } text ? null
        : Seconds(text) is { } seconds ? seconds
        : Point(text) is { } date ? NotNegative(date - response.Clock(now))
        : null;

    /// <summary>A reset as providers write it: a point in time (ISO 8601, epoch seconds or milliseconds), or seconds from now.</summary>
    public static TimeSpan? Reset(this OutboundResponse response, string header, DateTimeOffset now)
    {
        if (response.Header(header) is not { } text)
            return null;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return Point(text) is { } point ? point - response.Clock(now) : null;
        return number switch
        {
            < Epoch => Seconds(text),
            < EpochMilliseconds => DateTimeOffset.FromUnixTimeSeconds((long)number) - response.Clock(now),
            < EpochMilliseconds * 100 => DateTimeOffset.FromUnixTimeMilliseconds((long)number) - response.Clock(now),
            _ => null,
        };
    }

    public static int? Number(this OutboundResponse response, string header) => Number(response.Header(header));

    /// <summary>
    /// The fields of draft-ietf-httpapi-ratelimit-headers: <c>RateLimit-Policy: "burst";q=100;w=60</c> and <c>RateLimit: "burst";r=50;t=30</c>, also with a
    /// prefix such as <c>Beta-</c>.
    /// </summary>
    public static IEnumerable<LimitReading> Policies(this OutboundResponse response, string prefix = "")
    {
        var policies = Items(response.Header($"{prefix}RateLimit-Policy")).GroupBy(item => item.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().Parameters, StringComparer.Ordinal);
        foreach (var (name, told) in Items(response.Header($"{prefix}RateLimit")))
        {
            var policy = policies.GetValueOrDefault(name) ?? [];
            yield return new LimitReading("", name)
            {
                Capacity = Number(policy.GetValueOrDefault("q")),
                Remaining = Number(told.GetValueOrDefault("r")),
                ResetsIn = told.GetValueOrDefault("t") is { } ends ? Seconds(ends) : null,
                Window = policy.GetValueOrDefault("w") is { } window ? Seconds(window) : null,
            };
        }
    }

    public static TimeSpan? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < Epoch ? TimeSpan.FromSeconds(seconds) : null;

    private static IEnumerable<(string Name, Dictionary<string, string> Parameters)> Items(string? header)
    {
        foreach (Match item in Item().Matches(header ?? ""))
        {
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (Match parameter in Parameter().Matches(item.Groups[2].Value))
                parameters[parameter.Groups[1].Value] = parameter.Groups[2].Value;
            yield return (item.Groups[1].Value, parameters);
        }
    }

    // Milliseconds as some write them are cut off; more than an int can hold is as good as endless.
    private static int? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= -1
            ? (int)Math.Clamp(number, 0, int.MaxValue)
            : null;

    private static DateTimeOffset? Point(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var point) ? point : null;

    private static TimeSpan NotNegative(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait;

    [GeneratedRegex("\"([^\"]{1,100})\"((?:\\s*;\\s*[a-z]+=[^;,\\s]+)*)")]
    private static partial Regex Item();

    [GeneratedRegex("([a-z]+)=\"?([^;,\\s\"]+)\"?")]
    private static partial Regex Parameter();
}
