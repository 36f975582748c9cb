using System.Text.RegularExpressions;

namespace Hub.Integrations.Calls;

/// <summary>Puts values into the placeholders of a text. Which there are, and what they mean, docs/integration-types.md says.</summary>
internal static partial class Template
{
    /// <param name="template">The text.</param>
    /// <param name="value">
    /// What to put for a placeholder, given without braces; null for nothing. The second argument is where it stands in the template.
    /// </param>
    public static Rendered Render(string template, Func<string, int, string?> value)
    {
        var (placeholders, filled) = (0, 0);
        var text = Placeholder().Replace(template, match =>
        {
            placeholders++;
            if (value(match.Groups[1].Value, match.Index) is not { Length: > 0 } put)
                return "";
            filled++;
            return put;
        });
        return new Rendered(text, placeholders > 0 && filled == 0);
    }

    /// <returns>The placeholder of a template that is nothing but one; else null.</returns>
    public static string? Alone(string template) =>
        Placeholder().Match(template) is { Success: true } match && match.Length == template.Length ? match.Groups[1].Value : null;

    [GeneratedRegex(@"\{([A-Za-z@$+][^{}""\s]*)\}")]
    private static partial Regex Placeholder();
}

/// <param name="Text">The text with its values.</param>
/// <param name="Nothing">There are placeholders, and not one had a value: what the text is for is left out.</param>
internal readonly record struct Rendered(string Text, bool Nothing)
{
    public string? OrNull => Nothing || Text.Length == 0 ? null : Text;
}
