using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Verification;

/// <summary>Decides whether a delivery comes from whom it says: over the bytes as received, in constant time, without a clock of its own.</summary>
internal static class Verifier
{
    /// <param name="scheme">The type's scheme.</param>
    /// <param name="fields">The integration's settings and secrets.</param>
    /// <param name="headers">As received.</param>
    /// <param name="body">As received, before any decoding.</param>
    /// <param name="now">The time that signed timestamps are held against.</param>
    /// <param name="call">How and where it was sent, for the schemes that sign that.</param>
    /// <param name="byToken">The delivery named the integration by its secret token: only then may a scheme ask for no further proof.</param>
    public static Verdict Judge(
        WebhookScheme scheme, SenderFields fields, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now, SignedCall? call = null,
        bool byToken = false)
    {
        var verdict = Now(scheme, fields, headers, body, now, call, byToken);
        return verdict is not Verdict.Proven && fields.Former is { } former && Now(scheme, former, headers, body, now, call, byToken) is Verdict.Proven
            ? Verdict.Proven
            : verdict;
    }

    private static Verdict Now(
        WebhookScheme scheme, SenderFields fields, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now, SignedCall? call, bool byToken) =>
        scheme.RuleFor(fields) is not { } rule ? Verdict.NotConfigured
        : rule.Kind is "none" ? byToken ? Verdict.Proven : Verdict.NotConfigured
        : Judge(rule, fields.Secret(rule.SecretField)!, fields, headers, body, now, call);

    private static Verdict Judge(
        ProofRule rule, string secret, SenderFields fields, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now, SignedCall? call) =>
        rule.Kind switch
    {
        "hmac" or "ed25519" => SignatureProof.Judge(rule, secret, fields, headers, body, now, call),
        _ when secret.StartsWith(ProofRule.PublicKeyPrefix, StringComparison.Ordinal) => Verdict.NotConfigured,
        "plain" => SecretProof.Plain(fields.Resolve(rule.Header), fields.Resolve(rule.Prefix), secret, headers),
        "basic" => rule.Username is null ? SecretProof.Basic(null, secret, headers)
            : fields.Resolve(rule.Username) is { } user ? SecretProof.Basic(user, secret, headers) : Verdict.NotConfigured,
        "bearer" => SecretProof.Bearer(secret, headers),
        "jwt-hs256" => JwtProof.Judge(rule, secret, headers, now, call),
        _ => Verdict.NotConfigured,
    };
}
