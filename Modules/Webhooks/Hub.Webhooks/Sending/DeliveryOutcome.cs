using System.Globalization;
using Hub.SharedKernel.Outbound;

namespace Hub.Webhooks.Sending;

internal enum DeliveryVerdict
{
    Accepted,
    Failed,
    Throttled,
    Gone,
}

/// <summary>What came of sending a message once.</summary>
/// <param name="Verdict">2xx accepts; 410 wants no more, ever; 429 and 503 with <c>Retry-After</c> want less; all else, redirects included, is a failure.</param>
/// <param name="StatusCode">Null when there was no answer.</param>
/// <param name="Error">Why it was not accepted, for people.</param>
/// <param name="Head">How the answer's body begins.</param>
/// <param name="RetryAfter">What the endpoint asked for.</param>
internal sealed record DeliveryOutcome(DeliveryVerdict Verdict, int? StatusCode, string? Error, string? Head, TimeSpan? RetryAfter = null)
{
    private const int HeadLength = 1024;

    public static DeliveryOutcome Of(OutboundResponse response, IReadOnlyCollection<string> secrets, DateTimeOffset now)
    {
        var head = Redaction.Redact(Text(response), secrets);
        var asked = RetryAfterOf(response.Header("Retry-After"), now);
        return response.Status switch
        {
            >= 200 and < 300 => new(DeliveryVerdict.Accepted, response.Status, null, head),
            410 => new(DeliveryVerdict.Gone, response.Status, "The endpoint is gone (HTTP 410).", head),
            429 => new(DeliveryVerdict.Throttled, response.Status, "The endpoint is throttling (HTTP 429).", head, asked),
            503 when asked is not null => new(DeliveryVerdict.Throttled, response.Status, "The endpoint asked to come back later (HTTP 503).", head, asked),
            >= 300 and < 400 => new(DeliveryVerdict.Failed, response.Status, $"The endpoint redirects (HTTP {response.Status}): enter the final address.", head),
            _ => new(DeliveryVerdict.Failed, response.Status, $"The endpoint answered with HTTP {response.Status}.", head, asked),
        };
    }

    public static DeliveryOutcome Of(OutboundException fault) => new(DeliveryVerdict.Failed, null, fault.Message, null);

    public static DeliveryOutcome Unsendable(string why) => new(DeliveryVerdict.Failed, null, why, null);

    /// <summary>Seconds or a date (RFC 9110, section 10.2.3).</summary>
    public static TimeSpan? RetryAfterOf(string? header, DateTimeOffset now)
    {
        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at > now ? at - now : TimeSpan.Zero
            : null;
    }

    private static string Text(OutboundResponse response)
    {
        var text = response.Text;
        return (text.Length <= HeadLength ? text : text[..HeadLength]).Replace("\0", "", StringComparison.Ordinal);
    }
}
