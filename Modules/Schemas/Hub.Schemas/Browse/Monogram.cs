using System.Net;
using Hub.Schemas.Contracts;

namespace Hub.Schemas.Browse;

/// <summary>A type's icon: two letters of its name on a rounded square, in a colour of its own. Drawn here, so nobody's trademark.</summary>
internal static class Monogram
{
    public static string Svg(IntegrationSchema schema) => $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{WebUtility.HtmlEncode(schema.Name)}">
          <rect width="64" height="64" rx="14" fill="hsl({HueOf(schema.Id)} 55% 34%)"/>
          <text x="32" y="42" font-family="system-ui, sans-serif" font-size="28" font-weight="600" fill="#fff"
            text-anchor="middle">{WebUtility.HtmlEncode(Letters(schema.Name))}</text>
        </svg>
        """;

    /// <summary>The initials of the first two words (capitals inside a word count as words), else the first two letters.</summary>
    public static string Letters(string name)
    {
        var letters = name.Where(char.IsLetterOrDigit).ToArray();
        if (letters.Length == 0)
            return "?";
        var starts = name.Where((character, i) => char.IsLetterOrDigit(character)
            && (i == 0 || !char.IsLetterOrDigit(name[i - 1]) || (char.IsUpper(character) && char.IsLower(name[i - 1])))).Take(2).ToArray();
        return starts.Length == 2
            ? $"{char.ToUpperInvariant(starts[0])}{char.ToUpperInvariant(starts[1])}"
            : $"{char.ToUpperInvariant(letters[0])}{(letters.Length > 1 ? char.ToLowerInvariant(letters[1]) : "")}";
    }

    // Steps of the golden angle keep neighbours in the alphabet apart.
    private static int HueOf(string id) => (int)(id.Aggregate(17L, (sum, character) => ((sum * 31) + character) % 99_991) * 137 % 360);
}
