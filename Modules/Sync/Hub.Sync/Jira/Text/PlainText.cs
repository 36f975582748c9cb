using System.Globalization;
using System.Text;

namespace Hub.Sync.Jira.Text;

/// <summary>
/// Rich text as plain text: a blank line between blocks, <c>* </c> and <c>1. </c> before list items, cells parted by <c> | </c>, addresses of links kept
/// in parentheses.
/// </summary>
internal sealed class PlainText : IRichText
{
    private readonly StringBuilder text = new();
    private readonly Stack<int?> lists = new();
    private readonly Stack<(string Address, int Start)> links = new();
    private bool held;
    private bool firstCell;

    public string Result => text.ToString().Trim();

    public void Open(Part part, string? detail = null)
    {
        switch (part)
        {
            case Part.Paragraph or Part.Heading or Part.Code or Part.Quote or Part.Panel or Part.Table:
                NewBlock();
                break;
            case Part.Expand:
                NewBlock();
                Put(detail);
                break;
            case Part.Bullets or Part.Numbers:
                NewBlock();
                lists.Push(part is Part.Bullets ? null : int.TryParse(detail, CultureInfo.InvariantCulture, out var first) ? first : 1);
                break;
            case Part.Item:
                NewLines(1);
                text.Append(' ', 2 * Math.Max(0, lists.Count - 1)).Append(Marker(detail));
                held = true;
                break;
            case Part.Row:
                NewLines(1);
                firstCell = true;
                break;
            case Part.Header or Part.Cell:
                Put(firstCell ? null : " | ");
                firstCell = false;
                held = true;
                break;
            case Part.Link:
                links.Push((detail ?? "", text.Length));
                break;
        }
    }

    public void Close(Part part)
    {
        switch (part)
        {
            case Part.Bullets or Part.Numbers:
                lists.TryPop(out _);
                break;
            case Part.Item or Part.Header or Part.Cell:
                held = false;
                break;
            case Part.Link when links.TryPop(out var link) && !Shows(link.Address, link.Start):
                Put($" ({link.Address})");
                break;
        }
    }

    public void Put(string? part)
    {
        if (string.IsNullOrEmpty(part))
            return;
        text.Append(part);
        held = false;
    }

    public void Break() => text.Append('\n');

    public void Rule() => NewBlock();

    private string Marker(string? state)
    {
        if (!lists.TryPeek(out var number) || number is not { } count)
            return state switch { "DONE" => "* [x] ", "TODO" => "* [ ] ", _ => "* " };
        lists.Pop();
        lists.Push(unchecked(count + 1));
        return string.Create(CultureInfo.InvariantCulture, $"{count}. ");
    }

    private bool Shows(string address, int start) =>
        address.Length == 0 || (text.Length - start == address.Length && text.ToString(start, address.Length) == address);

    private void NewBlock() => NewLines(lists.Count > 0 ? 1 : 2);

    // A block right after a list marker or at the start of a cell stays on that line.
    private void NewLines(int lines)
    {
        if (held || text.Length == 0)
            return;
        var present = 0;
        while (present < lines && present < text.Length && text[^(present + 1)] == '\n')
            present++;
        text.Append('\n', lines - present);
    }
}
