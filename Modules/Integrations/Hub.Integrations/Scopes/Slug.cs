using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hub.Integrations.Scopes;

/// <summary>A scope's name in addresses: a-z, 0-9 and hyphens, at most <see cref="MaxLength"/> of them.</summary>
internal static partial class Slug
{
    public const int MaxLength = 100;
    public const string Rule = "must be 1 to 100 characters of a-z, 0-9 and -";

    public static bool IsValid(string slug) => Pattern().IsMatch(slug);

    /// <summary>Writes a name in plain Latin letters, words joined by hyphens.</summary>
    /// <returns>Null when nothing of the name can be written so.</returns>
    public static string? From(string name)
    {
        var slug = new StringBuilder();
        // Runes first: half a surrogate pair cannot be normalised.
        foreach (var rune in string.Concat(name.EnumerateRunes()).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format || IsApostrophe(rune.Value))
                continue;
            var letters = Latin(Rune.ToLowerInvariant(rune));
            if (letters is not "")
                slug.Append(letters);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var text = slug.ToString(0, Math.Min(slug.Length, MaxLength)).Trim('-');
        return text is "" ? null : text;
    }

    private static string Latin(Rune lower) => lower.Value switch
    {
        >= 'a' and <= 'z' or >= '0' and <= '9' => lower.ToString(),
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' or 'ð' => "d",
        'ħ' => "h",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        _ => "",
    };

    private static bool IsApostrophe(int character) => character is '\'' or '\u2019';

    [GeneratedRegex("^[a-z0-9-]{1,100}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
