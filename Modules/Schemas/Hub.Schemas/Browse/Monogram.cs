using System.Globalization;
using System.Net;
using Hub.Schemas.Contracts;

namespace Hub.Schemas.Browse;

/// <summary>
/// A type's icon: two letters of its name on a rounded square, in a colour of its own and over a faint figure. Drawn here, so nobody's trademark.
/// </summary>
internal static class Monogram
{
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    // Each stays inside the rounded corners.
    private static readonly string[] Figures =
    [
        """<circle cx="42" cy="22" r="17"/>""",
        """<path d="M6 44 44 6h14v8L14 58H6z"/>""",
        """<circle cx="32" cy="32" r="21" fill="none" stroke="#fff" stroke-width="9"/>""",
        """<path d="M4 40q14-16 28 0t28 0v8q0 12-12 12H16Q4 60 4 48z"/>""",
        """<path d="M32 6 58 52H6z"/>""",
        """<path d="M10 8h10v48H10zM27 20h10v36H27zM44 32h10v24H44z"/>""",
        """<path d="M4 60V24a36 36 0 0 1 36 36z" transform="translate(2 -2)"/>""",
        """<path d="M32 5 59 32 32 59 5 32z"/>""",
        """<path d="M8 14h48v9H8zM8 41h48v9H8z"/>""",
    ];

    public static string Svg(IntegrationSchema schema)
    {
        var mark = MarkOf(schema.Id);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{WebUtility.HtmlEncode(schema.Name)}">
              <rect width="64" height="64" rx="14" fill="hsl({HueOf(mark)} 58% {LightnessOf(mark)}%)"/>
              <g fill="#fff" opacity=".15">{Figures[mark / 1000 % Figures.Length]}</g>
              <text x="32" y="42" font-family="system-ui, sans-serif" font-size="28" font-weight="600" fill="#fff"
                text-anchor="middle">{WebUtility.HtmlEncode(Letters(schema.Name))}</text>
            </svg>
            """);
    }

    /// <summary>The initials of the first and the last word; of one word those of its first two parts as in GitLab, else its first two letters.</summary>
    public static string Letters(string name)
    {
        var words = name.Split(' ').Select(word => word.Where(char.IsLetterOrDigit).ToArray()).Where(word => word.Length > 0).ToArray();
        if (words.Length == 0)
            return "?";
        if (words.Length > 1)
            return $"{char.ToUpperInvariant(words[0][0])}{char.ToUpperInvariant(words[^1][0])}";
        var word = words[0];
        var second = Enumerable.Range(1, word.Length - 1).FirstOrDefault(at => char.IsUpper(word[at]) && char.IsLower(word[at - 1]));
        return second > 0 ? $"{char.ToUpperInvariant(word[0])}{word[second]}"
            : word.Length > 1 ? $"{char.ToUpperInvariant(word[0])}{char.ToLowerInvariant(word[1])}"
            : $"{char.ToUpperInvariant(word[0])}";
    }

    private static uint HueOf(uint mark) => mark % 360;

    // Yellow and green look brighter than they are; white letters need a darker ground there.
    private static int LightnessOf(uint mark) => HueOf(mark) is > 40 and < 200 ? 29 : 40;

    // FNV-1a, then mixed once more so that names which differ in their last letter do not look alike.
    private static uint MarkOf(string id)
    {
        var hash = id.Aggregate(FnvOffset, (sum, character) => unchecked((sum ^ character) * FnvPrime));
        hash ^= hash >> 15;
        return unchecked(hash * 2246822519) >> 6;
    }
}
