using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Api;

/// <summary>Tells what an answer of GitHub means. The only place that knows which refusals are a request to wait.</summary>
internal static class GithubAnswer
{
    private static readonly TimeSpan UntoldPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    /// <exception cref="ProviderFailure">It is not JSON.</exception>
    public static JsonDocument Parse(byte[] body, bool declaredJson)
    {
        try
        {
            return JsonDocument.Parse(body, Deep);
        }
        catch (JsonException) when (!declaredJson)
        {
            throw new ProviderFailure("config", "GitHub answered with a web page instead of data: check the API address and what stands in front of it.", false);
        }
        catch (JsonException)
        {
            throw new ProviderFailure("provider_error", "GitHub's answer is damaged: it is not readable as JSON.", true);
        }
    }

    /// <param name="answer">An answer that is not the data that was asked for.</param>
    /// <param name="secrets">Values that no message may show.</param>
    /// <param name="now">The hub's clock, where GitHub does not tell its own.</param>
    public static ProviderFailure Failure(OutboundResponse answer, IReadOnlyCollection<string> secrets, DateTimeOffset now)
    {
        var said = Said(answer, secrets);
        if (Pause(answer, said, now) is { } pause)
            return new ProviderFailure("rate_limited", "GitHub asks for a pause: too many calls with this credential.", true, pause);
        return answer.Status switch
        {
            >= 300 and < 400 => new("config", "GitHub redirects this call to another place: check the API address.", false),
            401 => new("auth", $"GitHub refused the token: it is wrong, expired or revoked. {said}", false),
            403 when answer.Header("X-GitHub-SSO") is not null =>
                new("permission", "The organisation wants single sign-on: authorise the token for it at GitHub.", false),
            403 => new("permission", $"The credential may not read this: {said}", false),
            404 => new("not_found", "GitHub does not find this: it does not exist, was deleted, or is not shared with this credential.", false),
            410 => new("not_found", $"GitHub says that this is gone: {said}", false),
            451 => new("permission", $"GitHub has blocked this for legal reasons. {said}", false),
            408 or 425 or >= 500 => new("provider_error", $"GitHub failed with status {answer.Status}: {said}", true, Asked(answer, now)),
            _ => new("provider_error", $"GitHub answered with status {answer.Status}: {said}", false),
        };
    }

    public static ProviderFailure Failure(OutboundException failure) => failure.Reason switch
    {
        OutboundReason.Timeout => new("timeout", failure.Message, true),
        OutboundReason.Dns or OutboundReason.Connect or OutboundReason.Protocol => new("network", failure.Message, true),
        OutboundReason.Tls => new("tls", failure.Message, false),
        OutboundReason.TooLarge => new("provider_error", failure.Message, false),
        _ => new("config", failure.Message, false),
    };

    /// <summary>
    /// How long 403 and 429 ask to wait: <c>Retry-After</c>, else until the exhausted limit is filled again, else a minute where it is about a limit at
    /// all. A 403 that speaks of none is a lack of permission: null.
    /// </summary>
    private static TimeSpan? Pause(OutboundResponse answer, string said, DateTimeOffset now)
    {
        if (answer.Status is not (403 or 429))
            return null;
        if (Asked(answer, now) is { } asked)
            return asked;
        if (answer.Header("X-RateLimit-Remaining") == "0"
            && long.TryParse(answer.Header("X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset) && reset < 1e11)
        {
            var wait = DateTimeOffset.FromUnixTimeSeconds(reset) - Clock(answer, now) + ShortestPause;
            return wait < ShortestPause ? ShortestPause : wait;
        }

        return answer.Status == 429 || said.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || said.Contains("abuse", StringComparison.OrdinalIgnoreCase)
            ? UntoldPause
            : null;
    }

    // Seconds, or a date.
    private static TimeSpan? Asked(OutboundResponse answer, DateTimeOffset now)
    {
        var text = answer.Header("Retry-After");
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e7)
            return TimeSpan.FromSeconds(seconds);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until))
            return null;
        var wait = until - Clock(answer, now);
        return wait < ShortestPause ? ShortestPause : wait;
    }

    // GitHub's own clock, so that a wrong one here does not matter.
    private static DateTimeOffset Clock(OutboundResponse answer, DateTimeOffset now) =>
        DateTimeOffset.TryParse(answer.Header("Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : now;

    private static string Said(OutboundResponse answer, IReadOnlyCollection<string> secrets)
    {
        if (!answer.IsJson)
            return "";
        try
        {
            using var document = JsonDocument.Parse(answer.Body, Deep);
            return Redaction.Redact(StorableText.OneLine(document.RootElement.Text("message") ?? ""), secrets);
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
