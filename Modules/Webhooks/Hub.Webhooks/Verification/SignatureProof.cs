using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Verification;

/// <summary>
/// HMAC signatures. What is expected is written out in the provider's own form and compared as text: nothing the sender controls is decoded, so
/// nothing of it can throw.
/// </summary>
internal static class SignatureProof
{
    public static Verdict Judge(
        ProofRule rule, string secret, SenderFields fields, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now, SignedCall? call)
    {
        if (fields.Resolve(rule.Header) is not { } header || KeyOf(rule, secret) is not { } key)
            return Verdict.NotConfigured;
        if (SecretProof.Single(headers, header, out var given) is { } refusal)
            return refusal;

        var id = "";
        if (fields.Resolve(rule.IdHeader) is { } idHeader && SecretProof.Single(headers, idHeader, out id) is { } badId)
            return badId;
        var timestamp = "";
        if (fields.Resolve(rule.TimestampHeader) is { } timestampHeader)
        {
            if (SignedTime.Read(rule, timestampHeader, headers, out timestamp) is { } badTime)
                return badTime;
            if (!SignedTime.Within(rule, timestamp, now))
                return Verdict.Stale;
        }

        if (Expected(rule, fields.Resolve(rule.Encoding), key, new Signed(id, timestamp, call), body) is not { } expected)
            return Verdict.NotConfigured;
        if (!Matches(given, fields.Resolve(rule.Prefix) ?? "", rule.ListSeparator, expected))
            return Verdict.BadSignature;
        // Only now: nothing inside the body is believed before it is proven.
        return rule.TimestampBody is { } path && !SignedTime.Within(rule, SignedTime.InBody(body, path), now) ? Verdict.Stale : Verdict.Proven;
    }

    /// <summary>What a signature may cover beside the body.</summary>
    private sealed record Signed(string Id, string Timestamp, SignedCall? Call);

    private static byte[]? KeyOf(ProofRule rule, string secret)
    {
        if (rule.SecretEncoding is null or "utf8")
            return Encoding.UTF8.GetBytes(secret);
        var text = rule.SecretPrefix is { } prefix && secret.StartsWith(prefix, StringComparison.Ordinal) ? secret[prefix.Length..] : secret;
        var key = new byte[text.Length];
        return rule.SecretEncoding is "base64" && Convert.TryFromBase64String(text, key, out var length) && length > 0 ? key[..length] : null;
    }

    private static byte[]? Expected(ProofRule rule, string? encoding, byte[] key, Signed signed, ReadOnlySpan<byte> body)
    {
        HashAlgorithmName? algorithm = rule.Algorithm switch
        {
            null or "sha256" => HashAlgorithmName.SHA256,
            "sha512" => HashAlgorithmName.SHA512,
            "sha1" => HashAlgorithmName.SHA1,
            _ => null,
        };
        if (algorithm is not { } name)
            return null;

        using var hmac = IncrementalHash.CreateHMAC(name, key);
        if (!Append(hmac, rule.Content ?? "{body}", signed, body))
            return null;
        var mac = hmac.GetHashAndReset();
        return encoding switch
        {
            null or "hex" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(mac)),
            "base64" => Encoding.ASCII.GetBytes(Convert.ToBase64String(mac)),
            _ => null,
        };
    }

    // A part that is not known here makes the whole rule unusable: leaving it out would prove less than the rule asks for.
    private static bool Append(IncrementalHash hmac, ReadOnlySpan<char> content, Signed signed, ReadOnlySpan<byte> body)
    {
        while (content.Length > 0)
        {
            var open = content.IndexOf('{');
            var close = open < 0 ? -1 : open + content[open..].IndexOf('}');
            if (close <= open)
                open = content.Length;
            hmac.AppendData(Encoding.UTF8.GetBytes(content[..open].ToString()));
            if (open == content.Length)
                return true;
            switch (content[(open + 1)..close])
            {
                case "body":
                    hmac.AppendData(body);
                    break;
                case "timestamp":
                    hmac.AppendData(Encoding.UTF8.GetBytes(signed.Timestamp));
                    break;
                case "id":
                    hmac.AppendData(Encoding.UTF8.GetBytes(signed.Id));
                    break;
                case "method" when signed.Call is { } call:
                    hmac.AppendData(Encoding.UTF8.GetBytes(call.Method));
                    break;
                case "url" when signed.Call is { } call:
                    hmac.AppendData(Encoding.UTF8.GetBytes(call.Url));
                    break;
                default:
                    return false;
            }

            content = content[(close + 1)..];
        }

        return true;
    }

    private static bool Matches(string given, string prefix, string? separator, byte[] expected)
    {
        foreach (var entry in separator is null ? [given] : given.Split(separator, StringSplitOptions.TrimEntries))
            if (entry.StartsWith(prefix, StringComparison.Ordinal)
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(entry[prefix.Length..]), expected))
                return true;
        return false;
    }
}
