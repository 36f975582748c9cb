using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Sync.Providers;

namespace Hub.Sync.Tests.JiraText;

/// <summary>Judges HTML by rules of its own: what is no allowed tag must not look like one.</summary>
internal static partial class Markup
{
    private static readonly HashSet<string> Void = ["br", "hr"];

    /// <summary>Outside of allowed tags no character is left that begins a tag or ends an attribute.</summary>
    public static bool Safe(string html) => Allowed.Replace(html, "").IndexOfAny(['<', '>', '"', '\'']) < 0;

    public static bool Balanced(string html)
    {
        var open = new Stack<string>();
        foreach (Match tag in AnyTag().Matches(html))
        {
            var name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Length == 0 && !Void.Contains(name))
                open.Push(name);
            else if (tag.Groups["end"].Length > 0 && !(open.TryPop(out var begun) && begun == name))
                return false;
        }

        return open.Count == 0;
    }

    /// <summary>Every Atlassian document anywhere in a JSON value.</summary>
    public static IEnumerable<JsonElement> Documents(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when JsonText.Text(value, "type") == "doc" && value.At("content").ValueKind is JsonValueKind.Array => [value],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Documents(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Documents),
        _ => [],
    };

    private static readonly Regex Allowed = new(
        "<(?:/?(?:p|h[1-6]|ul|li|blockquote|pre|details|summary|table|tr|th|td|strong|em|u|s|sub|sup|code)|br|hr|/(?:ol|div|a)|ol(?: start=\"\\d+\")?"
        + "|div class=\"panel panel-[a-z]+\"|a href=\"(?i:https?://|mailto:)[^\"<>\\s]*\" rel=\"nofollow noopener noreferrer\")>", RegexOptions.CultureInvariant);

    [GeneratedRegex("<(?<end>/?)(?<name>[a-z0-9]+)[^>]*>")]
    private static partial Regex AnyTag();
}
