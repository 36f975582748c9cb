using System.Text.Json;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Tests.Verification;

/// <summary>The catalogue's own schemes, and a few well-known ones that it does not have yet.</summary>
internal static class Schemes
{
    public static readonly WebhookScheme Stripe = Parse("""
        { "verifications": [ { "kind": "hmac", "header": "Stripe-Signature", "prefix": "v1=", "list_separator": ",", "encoding": "hex", "algorithm": "sha256",
          "secret_field": "secret", "secret_encoding": "utf8", "content": "{timestamp}.{body}",
          "timestamp_header": "Stripe-Signature", "timestamp_prefix": "t=", "timestamp_format": "s", "tolerance_seconds": 300 } ] }
        """);

    /// <summary>Standard Webhooks under the names that came before the standard.</summary>
    public static readonly WebhookScheme Svix = Parse("""
        { "verifications": [ { "kind": "hmac", "header": "svix-signature", "prefix": "v1,", "list_separator": " ", "encoding": "base64", "algorithm": "sha256",
          "secret_field": "secret", "secret_encoding": "base64", "secret_prefix": "whsec_", "content": "{id}.{timestamp}.{body}",
          "id_header": "svix-id", "timestamp_header": "svix-timestamp", "timestamp_format": "s", "tolerance_seconds": 300 } ] }
        """);

    public static readonly WebhookScheme Shopify = Parse("""
        { "verifications": [ { "kind": "hmac", "header": "X-Shopify-Hmac-SHA256", "encoding": "base64", "algorithm": "sha256",
          "secret_field": "secret", "secret_encoding": "utf8", "content": "{body}" } ] }
        """);

    public static WebhookScheme Of(string type)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Catalogue(), type + ".json")));
        return WebhookScheme.Parse(document.RootElement.GetProperty("webhook").Clone());
    }

    public static SenderFields Fields(string secretField, string secret, params (string Name, string Value)[] settings) => new(
        settings.ToDictionary(setting => setting.Name, setting => JsonSerializer.SerializeToElement(setting.Value)),
        new Dictionary<string, string> { [secretField] = secret });

    public static HeaderDictionary Headers(params (string Name, string Value)[] headers)
    {
        var all = new HeaderDictionary();
        foreach (var (name, value) in headers)
            all[name] = value;
        return all;
    }

    private static WebhookScheme Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return WebhookScheme.Parse(document.RootElement.Clone());
    }

    private static string Catalogue()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HubMonolith.sln")))
                return Path.Combine(folder.FullName, "Modules", "Schemas", "Hub.Schemas", "Catalogue");
        throw new DirectoryNotFoundException("The catalogue is not above the test binaries.");
    }
}
