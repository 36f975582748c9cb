using System.Buffers;
using System.Text;
using System.Text.Json;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>The headers that are stored and shown: never a credential, a signature or anything that holds one of the integration's secrets.</summary>
internal static class KeptHeaders
{
    private const int MaxLength = 1000;
    private static readonly SearchValues<string> Telling = SearchValues.Create(
        ["authorization", "cookie", "signature", "hmac", "token", "secret", "password", "credential", "api-key", "apikey", "auth-", "-auth"],
        StringComparison.OrdinalIgnoreCase);

    /// <returns>A JSON object: values by names in lower case.</returns>
    public static string Of(IHeaderDictionary headers, WebhookScheme scheme, SenderFields fields)
    {
        var proofs = scheme.Verifications.Select(rule => fields.Resolve(rule.Header)).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in headers)
            {
                var text = value.ToString().Replace("\0", "", StringComparison.Ordinal);
                if (!proofs.Contains(name) && !name.AsSpan().ContainsAny(Telling) && !fields.Reveals(text))
                    writer.WriteString(name.ToLowerInvariant(), text.AsSpan(0, Math.Min(text.Length, MaxLength)));
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
