using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Verification;

/// <summary>Senders that do not sign but send a shared secret along.</summary>
internal static class SecretProof
{
    /// <param name="header">The header's name; null where the setting that names it is empty.</param>
    /// <param name="prefix">Stands before the secret; null for nothing.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="headers">As received.</param>
    public static Verdict Plain(string? header, string? prefix, string secret, IHeaderDictionary headers) =>
        header is null ? Verdict.NotConfigured
        : Single(headers, header, out var value) is { } refusal ? refusal
        : value.StartsWith(prefix ?? "", StringComparison.Ordinal) ? Compare(value[(prefix?.Length ?? 0)..], secret)
        : Verdict.MalformedSignature;

    /// <param name="user">The user; null where the secret holds it too, before a colon.</param>
    /// <param name="secret">The password.</param>
    /// <param name="headers">As received.</param>
    public static Verdict Basic(string? user, string secret, IHeaderDictionary headers) =>
        Credentials("Basic ", Convert.ToBase64String(Encoding.UTF8.GetBytes(user is null ? secret : $"{user}:{secret}")), headers);

    public static Verdict Bearer(string secret, IHeaderDictionary headers) => Credentials("Bearer ", secret, headers);

    /// <summary>Exactly one line of a header; a verdict where there is none or more than one, for then it is open which one counts.</summary>
    internal static Verdict? Single(IHeaderDictionary headers, string name, out string value)
    {
        var lines = headers[name];
        value = lines.Count == 1 ? lines[0] ?? "" : "";
        return lines.Count > 1 ? Verdict.MalformedSignature : value is "" ? Verdict.MissingSignature : null;
    }

    private static Verdict Credentials(string scheme, string expected, IHeaderDictionary headers)
    {
        if (Single(headers, "Authorization", out var value) is { } refusal)
            return refusal;
        return value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? Compare(value[scheme.Length..].Trim(), expected) : Verdict.MalformedSignature;
    }

    // Both sides are hashed first, so that not even the secret's length shows in the time.
    private static Verdict Compare(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)))
            ? Verdict.Proven
            : Verdict.BadSignature;
}
