using System.Globalization;
using System.Text.Json;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Reads one member by a path such as <c>$.issue.fields[0].key</c>. <c>[*]</c> stands for every entry of a list, whose different texts are joined by commas;
/// <c>segment(issue, $.self)</c> is the part of an address that follows <c>/issue/</c>. What is not there, or not text, number or boolean, is null.
/// </summary>
internal static class JsonMember
{
    /// <summary>The most entries of a list that <c>[*]</c> looks at: a batch is known by its first ones.</summary>
    private const int MaxEntries = 1000;
    private const string Segment = "segment(";

    public static JsonElement? Find(JsonElement root, string path)
    {
        var current = root;
        foreach (var step in Steps(path))
            if (Step(current, step) is { } next)
                current = next;
            else
                return null;
        return current;
    }

    /// <param name="root">The document.</param>
    /// <param name="paths">Alternatives, separated by <c>|</c>.</param>
    public static string? Text(JsonElement root, string paths) => paths.Split('|').Select(path => One(root, path)).FirstOrDefault(text => text is not null);

    private static string? One(JsonElement root, string path)
    {
        if (path.StartsWith(Segment, StringComparison.Ordinal)
            && path[Segment.Length..].TrimEnd(')').Split(',', 2, StringSplitOptions.TrimEntries) is [var name, var inner])
            return One(root, inner) is { } address ? After(address, name) : null;
        if (!path.Contains("[*]", StringComparison.Ordinal))
            return Find(root, path) is { } found ? Text(found) : null;
        var texts = All(root, path).Take(MaxEntries).Select(Text).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return texts.Length == 0 ? null : string.Join(',', texts);
    }

    private static string? After(string address, string name)
    {
        var segments = address.Split('/');
        var at = Array.IndexOf(segments, name);
        return at >= 0 && at + 1 < segments.Length && segments[at + 1].Length > 0 ? segments[at + 1] : null;
    }

    private static IEnumerable<JsonElement> All(JsonElement root, string path)
    {
        IEnumerable<JsonElement> current = [root];
        foreach (var step in Steps(path))
            current = step is "*]"
                ? current.Where(element => element.ValueKind is JsonValueKind.Array).SelectMany(element => element.EnumerateArray())
                : current.Select(element => Step(element, step)).OfType<JsonElement>();
        return current;
    }

    private static string[] Steps(string path) => path.TrimStart('$').Split(['.', '['], StringSplitOptions.RemoveEmptyEntries);

    private static JsonElement? Step(JsonElement element, string step)
    {
        if (step[^1] is not ']')
            return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(step, out var member) ? member : null;
        return element.ValueKind is JsonValueKind.Array
            && int.TryParse(step.AsSpan(0, step.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength()
            ? element[index]
            : null;
    }

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
