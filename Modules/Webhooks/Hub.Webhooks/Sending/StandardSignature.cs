using System.Globalization;
using System.Text;
using Hub.Webhooks.Endpoints;

namespace Hub.Webhooks.Sending;

/// <summary>
/// The headers of a message as Standard Webhooks has them (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
/// <c>webhook-id</c>, <c>webhook-timestamp</c> in seconds, <c>webhook-signature</c> with a signature for each secret, <c>v1,</c> or <c>v1a,</c>.
/// </summary>
internal static class StandardSignature
{
    public static Dictionary<string, string> Headers(Guid messageId, DateTimeOffset at, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        var id = IdOf(messageId);
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] content = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        return new Dictionary<string, string>
        {
            ["webhook-id"] = id,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = string.Join(' ', secrets.Select(secret => EndpointSecrets.Sign(secret, content))),
        };
    }

    public static string IdOf(Guid messageId) => $"msg_{messageId:N}";
}
