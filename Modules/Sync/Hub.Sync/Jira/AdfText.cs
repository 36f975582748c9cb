using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hub.Sync.Jira;

/// <summary>
/// The plain text of an Atlassian document (ADF): a blank line between blocks, <c>* </c> and <c>1. </c> before list items, cells parted by
/// <c> | </c>, addresses of links and cards kept. Plain paragraphs come out exactly as the second version of the API gives them.
/// </summary>
internal sealed class AdfText
{
    private readonly StringBuilder text = new();
    private int listDepth;
    private bool held;

    public static string Of(JsonElement document)
    {
        var writer = new AdfText();
        writer.Children(document);
        return writer.text.ToString().Trim();
    }

    private void Children(JsonElement node)
    {
        if (node.At("content") is { ValueKind: JsonValueKind.Array } content)
            foreach (var child in content.EnumerateArray())
                Node(child);
    }

    private void Node(JsonElement node)
    {
        switch (node.Text("type"))
        {
            case "text":
                Inline(node);
                break;
            case "hardBreak":
                text.Append('\n');
                break;
            case "mention" or "status":
                Put(node.Text("attrs", "text"));
                break;
            case "emoji":
                Put(node.Text("attrs", "text") ?? node.Text("attrs", "shortName"));
                break;
            case "date":
                Put(Day(node.Text("attrs", "timestamp")));
                break;
            case "inlineCard":
                Put(node.Text("attrs", "url"));
                break;
            case "blockCard" or "embedCard":
                Break(2);
                Put(node.Text("attrs", "url"));
                break;
            case "media":
                Put(node.Text("attrs", "alt"));
                break;
            case "bulletList" or "taskList" or "decisionList":
                List(node, ordered: false);
                break;
            case "orderedList":
                List(node, ordered: true);
                break;
            case "tableRow":
                Row(node);
                break;
            case "expand" or "nestedExpand":
                Break(2);
                Put(node.Text("attrs", "title"));
                Children(node);
                break;
            case "paragraph" or "heading" or "codeBlock" or "blockquote" or "panel" or "rule" or "table" or "mediaSingle" or "mediaGroup":
                Break(listDepth > 0 ? 1 : 2);
                Children(node);
                break;
            default:
                Put(node.Text("text"));
                Children(node);
                break;
        }
    }

    private void Inline(JsonElement node)
    {
        var shown = node.Text("text");
        Put(shown);
        if (node.At("marks") is not { ValueKind: JsonValueKind.Array } marks)
            return;
        foreach (var mark in marks.EnumerateArray())
            if (mark.Text("type") == "link" && mark.Text("attrs", "href") is { } address && address != shown)
                Put($" ({address})");
    }

    private void List(JsonElement list, bool ordered)
    {
        Break(listDepth > 0 ? 1 : 2);
        var number = int.TryParse(list.Text("attrs", "order"), CultureInfo.InvariantCulture, out var first) ? first : 1;
        if (list.At("content") is not { ValueKind: JsonValueKind.Array } items)
            return;
        listDepth++;
        foreach (var item in items.EnumerateArray())
        {
            Break(1);
            text.Append(' ', 2 * (listDepth - 1)).Append(ordered ? $"{number++}. " : Bullet(item));
            held = true;
            Children(item);
            held = false;
        }

        listDepth--;
    }

    private static string Bullet(JsonElement item) => item.Text("attrs", "state") switch
    {
        "DONE" => "* [x] ",
        "TODO" => "* [ ] ",
        _ => "* ",
    };

    private void Row(JsonElement row)
    {
        Break(1);
        if (row.At("content") is not { ValueKind: JsonValueKind.Array } cells)
            return;
        var before = "";
        foreach (var cell in cells.EnumerateArray())
        {
            Put(before);
            held = true;
            Children(cell);
            held = false;
            before = " | ";
        }
    }

    private void Put(string? part)
    {
        if (string.IsNullOrEmpty(part))
            return;
        text.Append(part);
        held = false;
    }

    // A block right after a list marker or at the start of a cell stays on that line.
    private void Break(int lines)
    {
        if (held || text.Length == 0)
            return;
        var present = 0;
        while (present < text.Length && text[^(present + 1)] == '\n')
            present++;
        text.Append('\n', Math.Max(0, lines - present));
    }

    private static string? Day(string? timestamp) => long.TryParse(timestamp, CultureInfo.InvariantCulture, out var milliseconds)
        && Math.Abs(milliseconds) < 100_000_000_000_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : timestamp;
}
