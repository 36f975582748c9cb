namespace Hub.Sync.Jira.Text;

internal enum WikiMacroKind
{
    /// <summary>Its content is shown as it is written.</summary>
    Verbatim,
    Quote,
    Panel,

    /// <summary>Says how text looks or where something is: left out.</summary>
    Dropped,
}

/// <summary>A tag of wiki markup in braces, such as <c>{code:sql}</c>. The same tag begins and ends what it is about.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">In lower case.</param>
/// <param name="Parameter">Language of code, title of a panel; null without.</param>
/// <param name="End">Where the text goes on.</param>
internal readonly record struct WikiMacro(WikiMacroKind Kind, string Name, string? Parameter, int End)
{
    private const int Longest = 300;

    /// <returns>Null when no macro that Jira knows begins there.</returns>
    public static WikiMacro? At(string source, int brace)
    {
        if (brace > 0 && source[brace - 1] == '\\')
            return null;
        var tag = source.AsSpan(brace, Math.Min(Longest, source.Length - brace));
        var end = tag.IndexOfAny('}', '\n');
        if (end < 0 || tag[end] != '}')
            return null;
        var content = tag[1..end];
        var colon = content.IndexOf(':');
        Span<char> lower = stackalloc char[8];
        var name = colon < 0 ? content : content[..colon];
        if (name.Length is 0 or > 8)
            return null;
        lower = lower[..name.ToLowerInvariant(lower)];
        if (KindOf(lower) is not { } kind)
            return null;
        var parameters = colon < 0 ? [] : content[(colon + 1)..];
        return new WikiMacro(kind, lower.ToString(), kind is WikiMacroKind.Verbatim ? Language(parameters) : Title(parameters), brace + end + 1);
    }

    private static WikiMacroKind? KindOf(ReadOnlySpan<char> name) => name switch
    {
        "code" or "noformat" => WikiMacroKind.Verbatim,
        "quote" => WikiMacroKind.Quote,
        "panel" or "info" or "note" or "tip" or "warning" => WikiMacroKind.Panel,
        "color" or "anchor" or "adf" => WikiMacroKind.Dropped,
        _ => null,
    };

    private static string? Language(ReadOnlySpan<char> parameters)
    {
        var first = parameters[..Math.Max(0, parameters.IndexOf('|') is var bar && bar < 0 ? parameters.Length : bar)];
        return first.Length == 0 || first.Contains('=') ? null : first.ToString();
    }

    private static string? Title(ReadOnlySpan<char> parameters)
    {
        foreach (var range in parameters.Split('|'))
            if (parameters[range].StartsWith("title="))
                return parameters[range]["title=".Length..].ToString();
        return null;
    }
}
