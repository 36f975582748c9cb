using System.Text;
using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Connections;

/// <summary>The headers that calls to a <c>webhook</c> integration's target carry: its own, then those that authenticate.</summary>
internal static class WebhookHeaders
{
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, JsonElement> settings, Func<string, string?> secret)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (settings.TryGetValue("headers", out var own) && own.ValueKind is JsonValueKind.Object)
            foreach (var header in own.EnumerateObject())
                headers[header.Name] = header.Value.ValueKind is JsonValueKind.String ? header.Value.GetString()! : header.Value.GetRawText();
        switch (settings.Text("auth_type"))
        {
            case "basic":
                headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Text("auth_username")}:{secret("auth_password")}"))}";
                break;
            case "bearer":
                headers["Authorization"] = $"Bearer {secret("auth_token")}";
                break;
            case "header":
                headers[settings.Text("auth_header")!] = secret("auth_token")!;
                break;
        }

        return headers;
    }
}
