using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>Reads values the way old data holds them: objects in texts, truth as a number, ids of either kind.</summary>
internal static class OldJson
{
    /// <summary>So often may an object be wrapped into a text.</summary>
    private const int MaxWrappings = 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static bool IsNothing(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Takes JSON out of the texts it is wrapped in. A text that is empty, blank or <c>null</c> becomes nothing.</summary>
    /// <returns>False when a text is not JSON; then <paramref name="problem"/> says where.</returns>
    public static bool TryUnwrap(JsonElement value, out JsonElement inner, [NotNullWhen(false)] out string? problem)
    {
        (inner, problem) = (value, null);
        for (var wrappings = 0; inner.ValueKind is JsonValueKind.String; wrappings++)
        {
            if (!StorableText.Of(inner, out var text))
                problem = StorableText.Rule;
            else if (wrappings == MaxWrappings)
                problem = "is a text in a text in a text; send the object itself";
            else if (string.IsNullOrWhiteSpace(text))
                inner = default;
            else
                problem = Parse(text, out inner);
            if (problem is not null)
                return false;
        }

        return true;
    }

    /// <summary>true or false, 1 or 0, and the words for it.</summary>
    /// <returns>False when it is none of these.</returns>
    public static bool TryFlag(JsonElement value, out bool flag)
    {
        var word = value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String when StorableText.Of(value, out var text) => text.Trim().ToLowerInvariant(),
            _ => "",
        };
        flag = word is "true" or "1" or "t" or "yes" or "y" or "on" or "enabled" or "active";
        return flag || word is "false" or "0" or "f" or "no" or "n" or "off" or "disabled" or "inactive";
    }

    /// <summary>A text or a number as text, without blanks around it; null when it is neither, empty, or cannot be stored.</summary>
    public static string? Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when StorableText.Of(value, out var text) && !string.IsNullOrWhiteSpace(text) => text.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>An id as the old data had it: a number when it looks like one.</summary>
    public static JsonElement Id(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == id
            ? JsonSerializer.SerializeToElement(number)
            : JsonSerializer.SerializeToElement(id);

    private static string? Parse(string text, out JsonElement parsed)
    {
        try
        {
            parsed = JsonElement.Parse(text, Strict);
            return null;
        }
        catch (JsonException fault)
        {
            parsed = default;
            // The parser's own words may quote the text.
            return fault.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase)
                ? "is JSON with the same key twice; send it once"
                : string.Create(CultureInfo.InvariantCulture, $"is not readable as JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}");
        }
    }
}
