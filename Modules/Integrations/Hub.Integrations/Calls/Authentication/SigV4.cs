using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Integrations.Calls.Authentication;

/// <param name="Id">Access key id.</param>
/// <param name="Secret">Secret access key.</param>
/// <param name="SessionToken">For temporary credentials.</param>
internal sealed record AwsCredentials(string Id, string Secret, string? SessionToken)
{
    public override string ToString() => nameof(AwsCredentials);
}

/// <summary>
/// AWS Signature Version 4 over a finished request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
/// Signs host, date, content type and every header of AWS's own.
/// </summary>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds <c>X-Amz-Date</c>, the session token and <c>Authorization</c>.</summary>
    public static void Sign(CallDraft draft, AwsCredentials credentials, string region, string service, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        draft.Headers["X-Amz-Date"] = time;
        if (credentials.SessionToken is { } session)
            draft.Headers["X-Amz-Security-Token"] = session;
        var headers = SignedHeaders(draft);
        var names = string.Join(';', headers.Keys);
        var canonical = string.Join('\n',
            draft.Method.Method, CanonicalPath(draft.Url, service), CanonicalQuery(draft.Url.Query),
            string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n")), names, Hash(draft.Body ?? []));
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var toSign = string.Join('\n', Algorithm, time, scope, Hash(Encoding.UTF8.GetBytes(canonical)));
        var signature = Convert.ToHexStringLower(Mac(Key(credentials.Secret, time[..8], region, service), toSign));
        draft.Headers["Authorization"] = $"{Algorithm} Credential={credentials.Id}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    /// <summary>Sorted by name, then value; each percent-encoded as RFC 3986 has it, however it was written.</summary>
    public static string CanonicalQuery(string query) => string.Join('&', query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Again(pair[0]), Value: pair.Length > 1 ? Again(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    /// <summary>The path as it is sent, each segment percent-encoded once more; S3 alone takes it as it is.</summary>
    public static string CanonicalPath(Uri url, string service) =>
        service is "s3" ? url.AbsolutePath : string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Again(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static SortedDictionary<string, string> SignedHeaders(CallDraft draft)
    {
        var host = draft.Url.IsDefaultPort ? draft.Url.IdnHost : $"{draft.Url.IdnHost}:{draft.Url.Port}";
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = host };
        foreach (var (name, value) in draft.Headers)
        {
            var lower = name.ToLowerInvariant();
            if (lower is "content-type" || lower.StartsWith("x-amz-", StringComparison.Ordinal))
                headers[lower] = string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return headers;
    }

    private static byte[] Key(string secret, string day, string region, string service) =>
        new[] { day, region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{secret}"), Mac);

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
