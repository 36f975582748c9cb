using System.Text.Json.Nodes;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>The headers that are stored and shown: never a credential, a signature or anything that holds one of the integration's secrets.</summary>
internal static class KeptHeaders
{
    private const int MaxLength = 1000;
    private static readonly string[] Telling =
        ["authorization", "cookie", "signature", "hmac", "token", "secret", "password", "credential", "api-key", "apikey", "auth-", "-auth"];

    public static JsonObject Of(IHeaderDictionary headers, WebhookScheme scheme, SenderFields fields)
    {
        var proofs = scheme.Verifications.Select(rule => fields.Resolve(rule.Header)).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var kept = new JsonObject();
        foreach (var (name, value) in headers)
        {
            var text = value.ToString().Replace("\0", "", StringComparison.Ordinal);
            if (!proofs.Contains(name) && !Telling.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) && !fields.Reveals(text))
                kept[name.ToLowerInvariant()] = text.Length <= MaxLength ? text : text[..MaxLength];
        }

        return kept;
    }
}
