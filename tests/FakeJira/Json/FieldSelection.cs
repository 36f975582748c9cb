namespace Hub.FakeJira;

/// <summary>
/// Which fields an answer carries. Tokens: field ids, <c>*all</c>, <c>*navigable</c>, <c>-field</c>. A list that holds only removals
/// starts from the navigable ones.
/// </summary>
sealed class FieldSelection
{
    public static readonly FieldSelection IdOnly = new(["id"]);
    public static readonly FieldSelection Everything = new(["*all"]);
    public static readonly FieldSelection Navigable = new(["*navigable"]);

    readonly HashSet<string> named = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> removed = new(StringComparer.OrdinalIgnoreCase);
    readonly bool all;
    readonly bool navigable;

    public FieldSelection(IReadOnlyCollection<string> tokens)
    {
        foreach (var token in tokens)
        {
            if (token == "*all") all = true;
            else if (token == "*navigable") navigable = true;
            else if (token.StartsWith('-')) removed.Add(token[1..]);
            else named.Add(token);
        }

        if (removed.Count > 0 && named.Count == 0 && !all) navigable = true;
        Text = string.Join(',', tokens.Order(StringComparer.Ordinal));
        ShowsKey = all || navigable || named.Any(n => !n.Equals("id", StringComparison.OrdinalIgnoreCase));
        ShowsFields = all || navigable || named.Any(n => JiraFields.Find(n) is not null || n.StartsWith("customfield_", StringComparison.Ordinal));
    }

    /// <summary>The same text for the same selection: a page token is bound to it.</summary>
    public string Text { get; }

    public bool ShowsKey { get; }

    public bool ShowsFields { get; }

    public bool Has(JiraField field) => !removed.Contains(field.Id) && (all || (navigable && field.Navigable) || named.Contains(field.Id));
}
