using System.Globalization;
using System.Text.Json;

namespace Hub.Webhooks.Inbound;

/// <summary>Reads one member by a path such as <c>$.issue.fields[0].key</c>. What is not there, or not text, number or boolean, is null.</summary>
internal static class JsonMember
{
    public static JsonElement? Find(JsonElement root, string path)
    {
        var current = root;
        foreach (var step in path.TrimStart('$').Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            if (step[^1] is ']')
            {
                if (current.ValueKind is not JsonValueKind.Array
                    || !int.TryParse(step.AsSpan(0, step.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    || index >= current.GetArrayLength())
                    return null;
                current = current[index];
            }
            else if (current.ValueKind is not JsonValueKind.Object || !current.TryGetProperty(step, out current))
            {
                return null;
            }
        }

        return current;
    }

    /// <param name="root">The document.</param>
    /// <param name="paths">Alternatives, separated by <c>|</c>.</param>
    public static string? Text(JsonElement root, string paths) =>
        paths.Split('|').Select(path => Find(root, path) is { } found ? Text(found) : null).FirstOrDefault(text => text is not null);

    private static string? Text(JsonElement value)
    {
        try
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => null,
            };
            return string.IsNullOrEmpty(text) ? null : text;
        }
        catch (InvalidOperationException)
        {
            // Escapes that make half a character are legal JSON and no text.
            return null;
        }
    }
}
