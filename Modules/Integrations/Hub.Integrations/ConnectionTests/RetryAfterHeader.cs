using System.Globalization;

namespace Hub.Integrations.ConnectionTests;

/// <summary>The header <c>Retry-After</c> (RFC 9110, 10.2.3): seconds, or a date.</summary>
internal static class RetryAfterHeader
{
    /// <returns>Null when it is not there, is neither, or lies in the past.</returns>
    public static TimeSpan? Read(string? value, DateTimeOffset now)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) && until > now ? until - now : null;
    }
}
