using System.Text;

namespace Hub.Sync.Jira.Text;

/// <summary>
/// Reads Jira's wiki markup, block by block: headings, lists, tables, quotes, panels, code. Takes time in proportion to the length of the text, whatever is
/// in it, and refuses nothing: what is no markup is text (https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all).
/// </summary>
internal sealed class WikiReader(string markup, IRichText to)
{
    private const int DeepestList = 10;
    private readonly string source = markup.ReplaceLineEndings("\n");
    private readonly WikiLine inline = new(to);
    private readonly Stack<string> lists = new();
    private readonly Stack<Part> around = new();
    private Part? block;

    public void Read()
    {
        var pending = new StringBuilder();
        var at = 0;
        for (var brace = source.IndexOf('{'); brace >= 0; brace = brace < source.Length ? source.IndexOf('{', brace) : -1)
        {
            if (WikiMacro.At(source, brace) is not { } macro)
            {
                // Two braces are monospaced text, not the beginning of a macro.
                brace += string.CompareOrdinal(source, brace, "{{", 0, 2) == 0 ? 2 : 1;
                continue;
            }

            pending.Append(source, at, brace - at);
            brace = at = macro.End;
            if (macro.Kind is WikiMacroKind.Dropped)
                continue;
            Lines(pending.ToString());
            pending.Clear();
            if (macro.Kind is WikiMacroKind.Verbatim)
                brace = at = Verbatim(macro);
            else
                Toggle(macro);
        }

        Lines(pending.Append(source, at, source.Length - at).ToString());
        while (around.TryPop(out var part))
            to.Close(part);
    }

    private int Verbatim(WikiMacro macro)
    {
        var closing = $"{{{macro.Name}}}";
        var end = source.IndexOf(closing, macro.End, StringComparison.OrdinalIgnoreCase);
        var text = end < 0 ? source[macro.End..] : source[macro.End..end];
        to.Open(Part.Code, macro.Parameter);
        to.Put(text.Trim('\n').TrimEnd());
        to.Close(Part.Code);
        return end < 0 ? source.Length : end + closing.Length;
    }

    private void Toggle(WikiMacro macro)
    {
        var part = macro.Kind is WikiMacroKind.Quote ? Part.Quote : Part.Panel;
        if (around.Contains(part))
        {
            while (around.Pop() is var inner)
            {
                to.Close(inner);
                if (inner == part)
                    return;
            }
        }

        around.Push(part);
        to.Open(part, macro.Name);
        if (macro.Parameter is not { Length: > 0 } title)
            return;
        to.Open(Part.Paragraph);
        to.Put(title);
        to.Close(Part.Paragraph);
    }

    private void Lines(string text)
    {
        foreach (var line in text.Split('\n'))
            Line(line.Trim());
        EndBlock();
    }

    private void Line(string line)
    {
        if (line.Length == 0)
            EndBlock();
        else if (line.Length > 3 && line[0] is 'h' && line[1] is >= '1' and <= '6' && line[2] is '.' && char.IsWhiteSpace(line[3]))
            Single(Part.Heading, line[4..], line[1].ToString());
        else if (line.StartsWith("bq. ", StringComparison.Ordinal))
            Single(Part.Quote, line[4..], null);
        else if (line.Length >= 4 && line.AsSpan().TrimStart('-').IsEmpty)
        {
            EndBlock();
            to.Rule();
        }
        else if (ItemAt(line) is > 0 and var marker)
            Item(line[..marker], line[marker..].TrimStart());
        else if (line[0] == '|')
            Row(line);
        else if (block is Part.Paragraph or Part.Item)
        {
            to.Break();
            inline.Read(line);
        }
        else
        {
            Begin(Part.Paragraph);
            inline.Read(line);
        }
    }

    private void Single(Part part, string line, string? detail)
    {
        EndBlock();
        to.Open(part, detail);
        inline.Read(line.Trim());
        to.Close(part);
    }

    // How long the marker of a list item is; 0 when the line is none.
    private static int ItemAt(string line)
    {
        var marks = line.AsSpan().IndexOfAnyExcept('*', '#', '-');
        return marks > 0 && line[marks] is ' ' or '\t' ? marks : 0;
    }

    private void Item(string marker, string text)
    {
        if (block is not Part.Item)
            EndBlock();
        block = Part.Item;
        marker = marker.Length > DeepestList ? marker[..DeepestList] : marker;
        while (lists.TryPeek(out var above) && !marker.StartsWith(above, StringComparison.Ordinal))
            EndList();
        if (lists.TryPeek(out var same) && same == marker)
            to.Close(Part.Item);
        else
        {
            lists.Push(marker);
            to.Open(marker[^1] == '#' ? Part.Numbers : Part.Bullets);
        }

        to.Open(Part.Item);
        inline.Read(text);
    }

    private void Row(string line)
    {
        if (block is not Part.Table)
            Begin(Part.Table);
        to.Open(Part.Row);
        foreach (var (cell, header) in WikiRow.Cells(line))
        {
            var part = header ? Part.Header : Part.Cell;
            to.Open(part);
            inline.Read(cell);
            to.Close(part);
        }

        to.Close(Part.Row);
    }

    private void Begin(Part part)
    {
        EndBlock();
        block = part;
        to.Open(part);
    }

    private void EndBlock()
    {
        while (lists.Count > 0)
            EndList();
        if (block is { } part and not Part.Item)
            to.Close(part);
        block = null;
    }

    private void EndList()
    {
        var list = lists.Pop()[^1] == '#' ? Part.Numbers : Part.Bullets;
        to.Close(Part.Item);
        to.Close(list);
    }
}
