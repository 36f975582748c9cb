using System.Globalization;
using System.Text.Json;
using Hub.Webhooks.Inbound;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Verification;

/// <summary>The timestamp that a signature covers, which keeps an old delivery from being sent again.</summary>
internal static class SignedTime
{
    private static readonly long MaxMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Verdict? Read(ProofRule rule, string header, IHeaderDictionary headers, out string timestamp)
    {
        if (SecretProof.Single(headers, header, out timestamp) is { } refusal)
            return refusal;
        if (rule.TimestampPrefix is not { } prefix)
            return null;
        var marked = timestamp.Split(rule.ListSeparator, StringSplitOptions.TrimEntries)
            .Where(entry => entry.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        timestamp = marked.Length == 1 ? marked[0][prefix.Length..] : "";
        return marked.Length == 1 ? null : Verdict.MalformedSignature;
    }

    /// <returns>The timestamp in the body as text; empty where there is none.</returns>
    public static string InBody(ReadOnlySpan<byte> body, string path)
    {
        try
        {
            return JsonMember.Text(JsonElement.Parse(body), path) ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    public static bool Within(ProofRule rule, string timestamp, DateTimeOffset now)
    {
        if (Parse(rule.TimestampFormat, timestamp) is not { } signed)
            return false;
        return rule.ToleranceSeconds is not { } tolerance || (now - signed).Duration() <= TimeSpan.FromSeconds(tolerance);
    }

    private static DateTimeOffset? Parse(string? format, string text)
    {
        if (format is "iso")
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        if (format is "ms")
            return number <= MaxMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(number) : null;
        return number <= MaxMilliseconds / 1000 ? DateTimeOffset.FromUnixTimeSeconds(number) : null;
    }
}
