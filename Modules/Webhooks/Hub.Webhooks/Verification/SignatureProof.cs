using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Verification;

/// <summary>
/// Signatures over what was sent. An HMAC is written out in the provider's own form and compared as text: nothing the sender controls is decoded, so
/// nothing of it can throw, and hex counts in lower case only, as every provider writes it. An ed25519 signature is held against the public key.
/// </summary>
internal static class SignatureProof
{
    public static Verdict Judge(
        ProofRule rule, string secret, SenderFields fields, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now, SignedCall? call)
    {
        if (fields.Resolve(rule.Header) is not { } header)
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

        var (encoding, signed) = (fields.Resolve(rule.Encoding) ?? "hex", new Signed(id, timestamp, call));
        var isTheirs = encoding is not ("hex" or "base64") ? null
            : rule.Kind is "ed25519" ? ByPublicKey(rule, secret, encoding, signed, body)
            : BySharedKey(rule, secret, encoding, signed, body);
        if (isTheirs is null)
            return Verdict.NotConfigured;
        if (!Matches(given, fields.Resolve(rule.Prefix) ?? "", rule.ListSeparator, isTheirs))
            return Verdict.BadSignature;
        // Only now: nothing inside the body is believed before it is proven.
        return rule.TimestampBody is { } path && !SignedTime.Within(rule, SignedTime.InBody(body, path), now) ? Verdict.Stale : Verdict.Proven;
    }

    private delegate void Sink(ReadOnlySpan<byte> bytes);

    /// <summary>What a signature may cover beside the body.</summary>
    private sealed record Signed(string Id, string Timestamp, SignedCall? Call);

    private static Func<string, bool>? BySharedKey(ProofRule rule, string secret, string encoding, Signed signed, ReadOnlySpan<byte> body)
    {
        HashAlgorithmName? algorithm = rule.Algorithm switch
        {
            null or "sha256" => HashAlgorithmName.SHA256,
            "sha512" => HashAlgorithmName.SHA512,
            "sha1" => HashAlgorithmName.SHA1,
            _ => null,
        };
        if (algorithm is not { } name || KeyOf(rule, secret) is not { } key)
            return null;
        using var hmac = IncrementalHash.CreateHMAC(name, key);
        if (!Write(rule.Content ?? "{body}", signed, body, hmac.AppendData))
            return null;
        var mac = hmac.GetHashAndReset();
        var expected = Encoding.ASCII.GetBytes(encoding is "hex" ? Convert.ToHexStringLower(mac) : Convert.ToBase64String(mac));
        return given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected);
    }

    private static Func<string, bool>? ByPublicKey(ProofRule rule, string secret, string encoding, Signed signed, ReadOnlySpan<byte> body)
    {
        var content = new ArrayBufferWriter<byte>(body.Length + 256);
        if (PublicKeyOf(rule, secret) is not { } key || !Write(rule.Content ?? "{body}", signed, body, content.Write))
            return null;
        return given => SignatureBytes.Of(given, encoding) is { } signature && Ed25519.Verify(key, content.WrittenSpan.ToArray(), signature);
    }

    private static byte[]? KeyOf(ProofRule rule, string secret)
    {
        // Anybody may know a public key: as the key of an HMAC it would let anybody sign.
        if (secret.StartsWith(ProofRule.PublicKeyPrefix, StringComparison.Ordinal))
            return null;
        if (rule.SecretEncoding is null or "utf8")
            return Encoding.UTF8.GetBytes(secret);
        return rule.SecretEncoding is "base64" && SignatureBytes.FromBase64(rule.WithoutPrefix(secret)) is { Length: > 0 } key ? key : null;
    }

    private static byte[]? PublicKeyOf(ProofRule rule, string secret)
    {
        var text = rule.WithoutPrefix(secret);
        var key = SignatureBytes.Of(text, rule.SecretEncoding ?? "base64");
        return key is { Length: Ed25519.KeyLength } ? key : null;
    }

    // A part that is not known here makes the whole rule unusable: leaving it out would prove less than the rule asks for.
    private static bool Write(ReadOnlySpan<char> content, Signed signed, ReadOnlySpan<byte> body, Sink sink)
    {
        while (content.Length > 0)
        {
            var open = content.IndexOf('{');
            var close = open < 0 ? -1 : open + content[open..].IndexOf('}');
            if (close <= open)
                open = content.Length;
            Text(content[..open], sink);
            if (open == content.Length)
                break;
            switch (content[(open + 1)..close])
            {
                case "body":
                    sink(body);
                    break;
                case "timestamp":
                    Text(signed.Timestamp, sink);
                    break;
                case "id":
                    Text(signed.Id, sink);
                    break;
                case "method" when signed.Call is { } call:
                    Text(call.Method, sink);
                    break;
                case "url" when signed.Call is { } call:
                    Text(call.Url, sink);
                    break;
                default:
                    return false;
            }

            content = content[(close + 1)..];
        }

        return true;
    }

    private static void Text(ReadOnlySpan<char> text, Sink sink) => sink(Encoding.UTF8.GetBytes(text.ToString()));

    private static bool Matches(string given, string prefix, string? separator, Func<string, bool> isTheirs)
    {
        foreach (var entry in separator is null ? [given] : given.Split(separator, StringSplitOptions.TrimEntries))
            if (entry.StartsWith(prefix, StringComparison.Ordinal) && isTheirs(entry[prefix.Length..]))
                return true;
        return false;
    }
}
