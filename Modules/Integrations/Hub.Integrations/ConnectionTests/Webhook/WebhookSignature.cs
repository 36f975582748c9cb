using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests.Webhook;

/// <summary>Signs a message the way the integration's own deliveries are signed, so that a receiver that verifies accepts the test.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";

    /// <returns>Headers to add; none without a secret or a scheme that signs.</returns>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, JsonElement> settings, string? secret, byte[] body, Guid id, DateTimeOffset at) =>
        (settings.Text("signing_scheme"), secret) switch
        {
            ("standard_webhooks", { } key) => Standard(key, body, $"msg_{id:N}", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("hmac_sha256", { } key) => new() { [settings.Text("signature_header") ?? "X-Signature"] = Plain(settings, key, body) },
            _ => [],
        };

    private static Dictionary<string, string> Standard(string secret, byte[] body, string id, string timestamp)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var signed = HMACSHA256.HashData(Key(secret), content);
        return new()
        {
            ["webhook-id"] = id,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = $"v1,{Convert.ToBase64String(signed)}",
        };
    }

    private static string Plain(IReadOnlyDictionary<string, JsonElement> settings, string secret, byte[] body)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);
        return settings.Text("signature_prefix") + (settings.Text("encoding") is "base64" ? Convert.ToBase64String(mac) : Convert.ToHexStringLower(mac));
    }

    // The standard's secrets are base64; any other text stands for its own bytes.
    private static byte[] Key(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(text);
    }
}
