using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Sync.Providers;

/// <summary>Reads text out of providers' JSON so that PostgreSQL can store it: without U+0000, and with U+FFFD for halves of surrogate pairs.</summary>
internal static class JsonText
{
    /// <summary>The value below a path of members; an undefined element when one of them is missing.</summary>
    public static JsonElement At(this JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
            if (value.ValueKind is not JsonValueKind.Object || !value.TryGetProperty(member, out value))
                return default;
        return value;
    }

    /// <summary>A string or number below a path of members as clean text; null when it is missing, null, empty or something else.</summary>
    public static string? Text(this JsonElement value, params ReadOnlySpan<string> path)
    {
        var found = value.At(path);
        return found.ValueKind switch
        {
            JsonValueKind.String => LenientText.Of(found) is { Length: > 0 } text ? text : null,
            JsonValueKind.Number => found.GetRawText(),
            _ => null,
        };
    }

    public static string Clean(string text) => LenientText.Clean(text);
}
