using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Verification;

/// <summary>
/// Senders that prove themselves with a JSON Web Token (RFC 7519) as bearer, signed with HS256 and nothing else. It covers no body, so what it proves is
/// who sent it and when: <c>exp</c> is required, and <c>nbf</c> and <c>iat</c> must not lie in the future, all with <see cref="Skew"/>. With Atlassian's
/// <c>qsh</c> it proves where to as well: a token that has the claim is good for that call only.
/// </summary>
internal static class JwtProof
{
    /// <summary>How far the clocks may differ, unless the rule says otherwise.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private const int MaxLength = 8192;
    private const string Scheme = "Bearer ";

    public static Verdict Judge(ProofRule rule, string secret, IHeaderDictionary headers, DateTimeOffset now, SignedCall? call)
    {
        if (SecretProof.Single(headers, "Authorization", out var value) is { } refusal)
            return refusal;
        if (value.Length > MaxLength || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || value[Scheme.Length..].Split('.') is not [var head, var claims, var mac])
            return Verdict.MalformedSignature;
        var expected = Base64Url.EncodeToUtf8(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{head}.{claims}")));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mac), expected))
            return Verdict.BadSignature;
        // Only now: nothing inside the token is believed before it is proven.
        if (Read(head) is not { } header || Read(claims) is not { } said || !IsHs256(header))
            return Verdict.MalformedSignature;
        if (said.TryGetProperty("qsh", out var qsh)
            && (qsh.ValueKind is not JsonValueKind.String || call is null || !QueryStringHash.Covers(qsh.GetString()!, call)))
            return Verdict.BadSignature;
        var skew = rule.ToleranceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Skew;
        return Time(said, "exp") is { } ends && now < ends + skew && NotBefore(said, "nbf", now + skew) && NotBefore(said, "iat", now + skew)
            ? Verdict.Proven
            : Verdict.Stale;
    }

    // An extension that must be understood and is not, makes the token another one (RFC 7515, 4.1.11).
    private static bool IsHs256(JsonElement header) =>
        header.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind is JsonValueKind.String && algorithm.ValueEquals("HS256")
        && !header.TryGetProperty("crit", out _);

    private static bool NotBefore(JsonElement claims, string name, DateTimeOffset latest) =>
        !claims.TryGetProperty(name, out _) || (Time(claims, name) is { } from && from <= latest);

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var claim) && claim.ValueKind is JsonValueKind.Number && claim.TryGetDouble(out var seconds)
        && seconds >= 0 && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 100_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static JsonElement? Read(string part)
    {
        try
        {
            var json = JsonElement.Parse(Base64Url.DecodeFromChars(part));
            return json.ValueKind is JsonValueKind.Object ? json : null;
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            return null;
        }
    }
}
