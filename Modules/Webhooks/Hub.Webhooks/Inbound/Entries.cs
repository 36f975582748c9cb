using System.Text.Json;
using Hub.Webhooks.Verification;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Webhooks.Inbound;

/// <summary>The entries of a delivery that brings several events, each of which becomes an event of its own.</summary>
internal static class Entries
{
    /// <summary>Providers send some hundred at most; a longer list is kept as the one event that it came as.</summary>
    private const int Most = 1000;

    /// <returns>The entries in their order; empty where the delivery as a whole is the event.</returns>
    public static IReadOnlyList<JsonElement> Of(WebhookScheme scheme, JsonElement json)
    {
        var list = scheme.Each?.Split('|').Select(path => JsonMember.Find(json, path)).FirstOrDefault(found => found?.ValueKind is JsonValueKind.Array);
        return list is { } entries && entries.GetArrayLength() <= Most ? [.. entries.EnumerateArray()] : [];
    }

    /// <returns>The headers of the delivery as they are true of one entry: JSON, in no encoding.</returns>
    public static IHeaderDictionary Headers(IHeaderDictionary sent)
    {
        var headers = new HeaderDictionary(new Dictionary<string, StringValues>(sent, StringComparer.OrdinalIgnoreCase)) { ["Content-Type"] = "application/json" };
        headers.Remove("Content-Encoding");
        headers.Remove("Content-Length");
        return headers;
    }
}
