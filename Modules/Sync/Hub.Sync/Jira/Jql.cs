using System.Text;

namespace Hub.Sync.Jira;

/// <summary>Builds the query of a walk. What a person wrote is taken over unchanged or refused, never repaired.</summary>
internal static class Jql
{
    /// <summary>
    /// For walks over everything: <c>created</c> never changes, so an edit moves no issue between pages, and new issues come at the end.
    /// </summary>
    public const string InOrderOfCreation = "order by created asc, key asc";

    /// <summary>For walks over what changed: an issue edited meanwhile moves to the end, where it is met again.</summary>
    public const string InOrderOfChange = "order by updated asc, key asc";

    // Cloud refuses a query without any restriction.
    private const string Everything = "created >= \"1970-01-02\"";

    /// <param name="restrictions">Queries without order by; null and blank ones count for nothing.</param>
    /// <param name="projects">Project keys; empty means all that the account sees.</param>
    /// <param name="since">A clause on <c>updated</c>, or null.</param>
    /// <param name="order">One of the two orders above.</param>
    public static string Compose(IEnumerable<string?> restrictions, IReadOnlyCollection<string> projects, string? since, string order)
    {
        var clauses = restrictions.Where(r => !string.IsNullOrWhiteSpace(r)).Select(r => $"({r})").ToList();
        if (projects.Count > 0)
            clauses.Add($"project in ({string.Join(", ", projects.Select(Quote))})");
        if (since is not null)
            clauses.Add(since);
        if (clauses.Count == 0)
            clauses.Add(Everything);
        return $"{string.Join(" and ", clauses)} {order}";
    }

    public static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
            quoted.Append(c is '"' or '\\' ? "\\" : "").Append(c);
        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// Why a query cannot be used as a restriction; null when it can. One that closes more than it opens would escape the projects it is confined to.
    /// </summary>
    public static string? Objection(string? jql)
    {
        if (string.IsNullOrWhiteSpace(jql))
            return null;
        var depth = 0;
        var previous = "";
        for (var i = 0; i < jql.Length; i++)
        {
            var c = jql[i];
            if (c is '"' or '\'')
            {
                i = EndOfQuote(jql, i);
                if (i < 0)
                    return "has a quote that is not closed";
                previous = "";
            }
            else if (c == '\\')
                i++;
            else if (c == '(')
                depth++;
            else if (c == ')' && --depth < 0)
                return "closes a parenthesis that it does not open";
            else if (char.IsLetter(c))
            {
                var end = i;
                while (end < jql.Length && (char.IsLetterOrDigit(jql[end]) || jql[end] is '_' or '.' or '-'))
                    end++;
                var word = jql[i..end];
                if (word.Equals("by", StringComparison.OrdinalIgnoreCase) && previous.Equals("order", StringComparison.OrdinalIgnoreCase))
                    return "must not have an order by: the hub chooses an order that loses nothing";
                (previous, i) = (word, end - 1);
            }
            else if (!char.IsWhiteSpace(c))
                previous = "";
        }

        return depth == 0 ? null : "has a parenthesis that is not closed";
    }

    private static int EndOfQuote(string jql, int start)
    {
        for (var i = start + 1; i < jql.Length; i++)
        {
            if (jql[i] == '\\')
                i++;
            else if (jql[i] == jql[start])
                return i;
        }

        return -1;
    }
}
