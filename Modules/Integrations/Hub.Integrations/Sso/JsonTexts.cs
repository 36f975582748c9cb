using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Sso;

/// <summary>Texts in other people's JSON; whatever is no text, or none that can be kept, is not there.</summary>
internal static class JsonTexts
{
    public static string? TextOf(this JsonElement json, string member) => json.TryGetProperty(member, out var value) ? value.AsText() : null;

    public static string? AsText(this JsonElement value) => value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var text) ? text : null;
}
