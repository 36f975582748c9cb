using System.Text.RegularExpressions;

namespace Hub.Schemas.Documents;

/// <summary>
/// Checks the placeholders of templates. <c>{field}</c> stands for a field or variable (in an address percent-encoded, unless it is a <c>url</c> field
/// or a variable); <c>{+field}</c> keeps reserved characters; <c>{host(field)}</c> and <c>{path(field)}</c> are parts of an address; <c>{@now}</c> and
/// <c>{@now-5m}</c> are times; <c>{$.a.b[0]|$.c}</c> reads the answer, the first path that is there; <c>{count($.a)}</c> counts a list in it,
/// <c>{header(X-Name)}</c> is a header of it; <c>{token.instance_url}</c> reads the answer that brought the token. Braces around anything else are plain text.
/// </summary>
internal static partial class Templates
{
    /// <summary>A template that may use the type's fields and variables, and times.</summary>
    public static void CheckRequest(Node node, IReadOnlySet<string> names)
    {
        foreach (var placeholder in PlaceholdersOf(node))
            if (!Time().IsMatch(placeholder) && !OfToken().IsMatch(placeholder) && !names.Contains(NameIn(placeholder)))
                node.Report($"uses {{{placeholder}}}, which is neither a field nor a variable");
    }

    /// <summary>A template that may also read the answer.</summary>
    public static void CheckAnswer(Node node, IReadOnlySet<string> names)
    {
        foreach (var placeholder in PlaceholdersOf(node))
        {
            var isPath = Counted().IsMatch(placeholder) || Alternatives().IsMatch(placeholder) || HeaderOf().IsMatch(placeholder);
            if (!isPath && placeholder is not ("status" or "banner") && !names.Contains(placeholder))
                node.Report($"uses {{{placeholder}}}, which is neither a path into the answer nor a field");
        }
    }

    /// <summary>What a webhook's signature covers.</summary>
    public static void CheckSigned(Node node)
    {
        foreach (var placeholder in PlaceholdersOf(node))
            if (!Vocabulary.SignedParts.Contains(placeholder))
                node.Report($"uses {{{placeholder}}}; a signature covers {string.Join(", ", Vocabulary.SignedParts.Select(part => $"{{{part}}}"))}");
    }

    public static bool Uses(string template, string placeholder) => template.Contains($"{{{placeholder}}}", StringComparison.Ordinal);

    /// <summary>One or more paths such as <c>$.data[0].name</c>, separated by <c>|</c>.</summary>
    public static bool IsPath(string text) => Alternatives().IsMatch(text);

    /// <summary>The same for what is read out of a delivery: also <c>$[*].id</c>, and <c>segment(issue, $.self)</c>, what follows in an address.</summary>
    public static bool IsReading(string text) => text.Split('|').All(path => Reading().IsMatch(path));

    /// <summary>One alternative of what is read out of a delivery.</summary>
    public const string ReadingForm =
        @"(\$(\.[A-Za-z_][A-Za-z0-9_]*|\[([0-9]{1,6}|\*)\])*|segment\([A-Za-z0-9_-]{1,50}, ?\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,6}\])*\))";

    private static string NameIn(string placeholder) =>
        AddressPart().Match(placeholder) is { Success: true } part ? part.Groups[1].Value : placeholder.TrimStart('+');

    private static IEnumerable<string> PlaceholdersOf(Node node) =>
        node.Text(4000) is { } text ? Placeholder().Matches(text).Select(match => match.Groups[1].Value) : [];

    [GeneratedRegex(@"\{([A-Za-z@$+][^{}""\s]*)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^@now(-[0-9]{1,5}[smhd])?$")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(?:host|path)\(([a-z][a-z0-9_]*)\)$")]
    private static partial Regex AddressPart();

    [GeneratedRegex(@"^\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*(\|\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*)*$")]
    private static partial Regex Alternatives();

    [GeneratedRegex($"^{ReadingForm}$")]
    private static partial Regex Reading();

    [GeneratedRegex(@"^token\.[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex OfToken();

    [GeneratedRegex(@"^header\([A-Za-z0-9-]{1,100}\)$")]
    private static partial Regex HeaderOf();

    [GeneratedRegex(@"^count\(\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*\)$")]
    private static partial Regex Counted();
}
