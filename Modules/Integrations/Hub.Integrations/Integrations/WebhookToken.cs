using System.Buffers.Text;
using System.Security.Cryptography;

namespace Hub.Integrations.Integrations;

/// <summary>The unguessable part of the address that takes an integration's webhooks in.</summary>
internal static class WebhookToken
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Path(string token) => $"/api/v1/webhooks/in/{token}";
}
