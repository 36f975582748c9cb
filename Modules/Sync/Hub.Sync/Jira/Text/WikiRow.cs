namespace Hub.Sync.Jira.Text;

/// <summary>A table's row in wiki markup: <c>||head||head||</c> or <c>|cell|cell|</c>.</summary>
internal static class WikiRow
{
    /// <param name="line">Begins with a bar.</param>
    public static IEnumerable<(string Cell, bool Header)> Cells(string line)
    {
        var closing = new Upcoming(line, "]");
        for (var at = 0; at < line.Length;)
        {
            var header = at + 1 < line.Length && line[at + 1] == '|';
            var start = at + (header ? 2 : 1);
            at = End(line, start, closing);
            // What comes after the last bar is no cell.
            if (start < line.Length)
                yield return (line[start..at].Trim(), header);
        }
    }

    // Bars inside of links part address and text, not cells.
    private static int End(string line, int at, Upcoming closing)
    {
        for (; at < line.Length && line[at] != '|'; at++)
        {
            if (line[at] == '\\')
                at++;
            else if (line[at] == '[' && closing.From(at) is > 0 and var end)
                at = end;
        }

        return Math.Min(at, line.Length);
    }
}

/// <summary>Where a text comes next, asked for places that only go forward: all answers together cost one pass.</summary>
internal sealed class Upcoming(string source, string sought)
{
    private int known = -2;

    /// <returns>-1 when it does not come any more.</returns>
    public int From(int at)
    {
        if (known == -2 || (known >= 0 && known < at))
            known = at < source.Length ? source.IndexOf(sought, at, StringComparison.Ordinal) : -1;
        return known;
    }
}
