using System.Text.RegularExpressions;

namespace Hub.Schemas.Documents;

internal static class Pattern
{
    /// <summary>A field's pattern. Matching takes time linear in the value, whatever the pattern and the value are.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time.</exception>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
