using System.Text.Json;
using Hub.Integrations.Calls;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.ConnectionTests;

/// <summary>Reads other people's answers without trusting them.</summary>
internal static class ProviderWords
{
    private static readonly string[] Places =
    [
        "$.message", "$.error_description", "$.error.message", "$.error", "$.Error.Message", "$.errorMessages[0]", "$.errors[0].message", "$.errors[0].detail", "$.errors[0]",
        "$.detail", "$.Message",
    ];

    /// <summary>The body as a JSON object; null for anything else.</summary>
    public static JsonElement? JsonObject(OutboundResponse response)
    {
        try
        {
            var body = JsonElement.Parse(response.Text);
            return body.ValueKind is JsonValueKind.Object ? body : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? Text(this JsonElement? json, string member) =>
        json is { } body && body.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
        && StorableText.Of(value, out var text) && text.Length > 0 ? text : null;

    /// <summary>What the provider says is wrong, where it says so in one of the usual places; else empty. Never HTML.</summary>
    public static string Complaint(OutboundResponse response)
    {
        var body = JsonObject(response);
        var said = Places.Select(place => JsonPaths.Read(body, place)).OfType<JsonElement>()
            .Where(value => value.ValueKind is JsonValueKind.String).Select(value => JsonPaths.Text(value)).OfType<string>().FirstOrDefault();
        return said is null ? "" : $" It says: {said}";
    }

    public static bool IsHtml(OutboundResponse response) =>
        response.Header("Content-Type")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true
        || response.Text.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal);
}
