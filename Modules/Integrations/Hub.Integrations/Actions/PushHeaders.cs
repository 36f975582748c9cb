using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Connections;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Actions;

/// <summary>Which headers of the caller's own a call to a webhook's target may carry.</summary>
internal static class PushHeaders
{
    private const int Most = 50;
    private const int MaxValue = 4096;

    // What authenticates, what says where a message ends and to whom it goes, and what the hub itself says.
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "Proxy-Authenticate", "Cookie", "Host", "Content-Length", "Content-Type", "Content-Encoding",
        "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "Expect", "TE", "Trailer", "Proxy-Connection", "HTTP2-Settings",
        "webhook-id", "webhook-timestamp", "webhook-signature", "traceparent", "tracestate",
    };

    /// <returns>The headers of a push without its signature: the integration's, over them the caller's, over them what authenticates.</returns>
    /// <param name="subject">The integration's configuration.</param>
    /// <param name="own">The caller's.</param>
    /// <param name="errors">Gets what is wrong with the caller's, by JSON path.</param>
    public static Dictionary<string, string> Of(
        EffectiveConfiguration subject, IReadOnlyDictionary<string, string>? own, IDictionary<string, string[]> errors)
    {
        var headers = WebhookHeaders.Of(subject.Settings, subject.Secret);
        if (own?.Count > Most)
            errors["headers"] = [$"must have at most {Most} members"];
        foreach (var (name, value) in own ?? new Dictionary<string, string>())
            if (Refusal(name, value, subject) is { } refusal)
                errors[$"headers.{name}"] = [refusal];
            else
                headers[name] = value;
        return headers;
    }

    private static string? Refusal(string name, string? value, EffectiveConfiguration subject)
    {
        if (name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
            return "is not a valid header name";
        if (Kept.Contains(name) || IsNamedBy("auth_header") || IsNamedBy("signature_header"))
            return "is set by the hub and cannot be given";
        return value is null || value.Length > MaxValue || value.Any(c => c is < ' ' or > '~')
            ? $"must be printable ASCII text of at most {MaxValue} characters" : null;

        bool IsNamedBy(string field) => string.Equals(subject.Settings.Text(field), name, StringComparison.OrdinalIgnoreCase);
    }
}
