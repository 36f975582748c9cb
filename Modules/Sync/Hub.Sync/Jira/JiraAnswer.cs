using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira;

/// <summary>Tells what an answer of Jira means. The only place that knows which of them are worth another try.</summary>
internal static class JiraAnswer
{
    private const string LoginPage = "probably to a login page: check the site address and what stands in front of it.";
    private const string NoAccess = "The account may lack access to the product, or must pass a captcha in the browser.";
    private const string ClientBug = "Client bug: the hub called a part of Jira's API that no longer exists. This does not mean that there are no issues";

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <param name="answer">Any answer.</param>
    /// <param name="secrets">Values that no message may show.</param>
    /// <param name="now">For waits that are given as a point in time.</param>
    /// <exception cref="ProviderFailure">It is not the data that was asked for.</exception>
    public static JsonDocument Read(OutboundResponse answer, IReadOnlyCollection<string> secrets, DateTimeOffset now)
    {
        if (answer is { Status: 202 or 204, Body.Length: 0 })
            return JsonDocument.Parse("null");
        if (answer.IsSuccess)
            return Parse(answer);
        var said = Said(answer, secrets) is { Length: > 0 } words ? $": {words.TrimEnd('.')}." : ".";
        throw answer.Status switch
        {
            >= 300 and < 400 => new ProviderFailure("config", $"Jira redirects this call elsewhere, {LoginPage}", false),
            400 => new ProviderFailure("config", $"Jira does not accept the query{said}", false),
            401 => new ProviderFailure("auth", $"Jira refused the credentials{said} Renew the token and test the integration.", false),
            403 => new ProviderFailure("permission", $"Jira does not let this account in{said} {NoAccess}", false),
            404 => new ProviderFailure("not_found", "There is no Jira at this address: check the site address and its context path.", false),
            410 => new ProviderFailure("provider_error", $"{ClientBug}{said}", false),
            429 => new ProviderFailure("rate_limited", "Jira asks for a pause: too many calls.", true, Wait(answer, now)),
            408 or 425 or >= 500 => new ProviderFailure("provider_error", $"Jira failed with status {answer.Status}{said}", true, Wait(answer, now)),
            _ => new ProviderFailure("provider_error", $"Jira answered with status {answer.Status}{said}", false),
        };
    }

    public static ProviderFailure Of(OutboundException failure) => failure.Reason switch
    {
        OutboundReason.Timeout => new("timeout", failure.Message, true),
        OutboundReason.Dns or OutboundReason.Connect or OutboundReason.Protocol => new("network", failure.Message, true),
        OutboundReason.Tls => new("tls", failure.Message, false),
        OutboundReason.TooLarge => new("provider_error", failure.Message, false),
        _ => new("config", failure.Message, false),
    };

    /// <summary>How long to wait by <c>Retry-After</c> (seconds or a date) or <c>X-RateLimit-Reset</c> (ISO 8601); null when neither says.</summary>
    public static TimeSpan? Wait(OutboundResponse answer, DateTimeOffset now)
    {
        if (answer.Header("Retry-After") is { } after)
        {
            if (double.TryParse(after, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e7)
                return TimeSpan.FromSeconds(seconds);
            if (DateTimeOffset.TryParse(after, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
                return date > now ? date - now : TimeSpan.Zero;
        }

        return answer.Header("X-RateLimit-Reset") is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var reset) && reset > now
                ? reset - now
                : null;
    }

    private static JsonDocument Parse(OutboundResponse answer)
    {
        try
        {
            return JsonDocument.Parse(answer.Body, Deep);
        }
        catch (JsonException) when (!answer.IsJson)
        {
            throw new ProviderFailure("config", "Jira answered with a web page instead of data: a login page or a proxy stands in between.", false);
        }
        catch (JsonException)
        {
            throw new ProviderFailure("provider_error", "Jira's answer is damaged: it is not readable as JSON.", true);
        }
    }

    private static string Said(OutboundResponse answer, IReadOnlyCollection<string> secrets)
    {
        if (!answer.IsJson)
            return "";
        try
        {
            using var document = JsonDocument.Parse(answer.Body, Deep);
            var said = string.Join(" ", Words(document.RootElement));
            return Redaction.Redact(said.Length > 500 ? said[..500] : said, secrets);
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static IEnumerable<string> Words(JsonElement problem)
    {
        if (problem.At("errorMessages") is { ValueKind: JsonValueKind.Array } messages)
            foreach (var message in messages.EnumerateArray())
                if (message.Text() is { } words)
                    yield return words;
        if (problem.At("errors") is { ValueKind: JsonValueKind.Object } errors)
            foreach (var error in errors.EnumerateObject())
                yield return $"{error.Name}: {error.Value.Text()}";
        if (problem.Text("message") is { } single)
            yield return single;
    }
}
