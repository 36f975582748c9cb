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
        foreach (var rule in scheme.Verifications)
        {
            if (rule.When is { } condition && !condition.Holds(fields))
                continue;
            if (rule.Kind is "none")
                return byToken ? Verdict.Proven : Verdict.NotConfigured;
            if (fields.Secret(rule.SecretField) is { } secret)
                return Judge(rule, secret, fields, headers, body, now, call);
        }

        return Verdict.NotConfigured;
    }

    private static Verdict Judge(
        ProofRule rule, string secret, SenderFields fields, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now, SignedCall? call) =>
        rule.Kind switch
    {
        "hmac" => SignatureProof.Judge(rule, secret, fields, headers, body, now, call),
        "plain" => SecretProof.Plain(fields.Resolve(rule.Header), secret, headers),
        "basic" => rule.Username is null ? SecretProof.Basic(null, secret, headers)
            : fields.Resolve(rule.Username) is { } user ? SecretProof.Basic(user, secret, headers) : Verdict.NotConfigured,
        "bearer" => SecretProof.Bearer(secret, headers),
        _ => Verdict.NotConfigured,
    };
}
