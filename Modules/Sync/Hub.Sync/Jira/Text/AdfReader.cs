using System.Globalization;
using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Text;

/// <summary>
/// Reads an Atlassian document (ADF, https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/). Nodes that it does not know give their
/// text and what they hold; marks that it does not know are left out.
/// </summary>
internal sealed class AdfReader(IRichText to)
{
    public void Children(JsonElement node)
    {
        if (node.At("content") is { ValueKind: JsonValueKind.Array } content)
            foreach (var child in content.EnumerateArray())
                Node(child);
    }

    private void Node(JsonElement node)
    {
        var type = node.Text("type");
        if (PartOf(type) is { } part)
            Within(part, Detail(part, node), node);
        else if (type is "text")
            Marked(node, 0);
        else if (type is "hardBreak")
            to.Break();
        else if (type is "rule")
            to.Rule();
        else if (type is "inlineCard" or "blockCard" or "embedCard")
            Card(node, block: type is not "inlineCard");
        else
        {
            to.Put(Words(type, node));
            Children(node);
        }
    }

    private void Within(Part part, string? detail, JsonElement node)
    {
        to.Open(part, detail);
        Children(node);
        to.Close(part);
    }

    private static Part? PartOf(string? type) => type switch
    {
        "paragraph" or "mediaSingle" or "mediaGroup" or "caption" => Part.Paragraph,
        "heading" => Part.Heading,
        "bulletList" or "taskList" or "decisionList" => Part.Bullets,
        "orderedList" => Part.Numbers,
        "listItem" or "taskItem" or "blockTaskItem" or "decisionItem" => Part.Item,
        "codeBlock" => Part.Code,
        "blockquote" => Part.Quote,
        "panel" => Part.Panel,
        "expand" or "nestedExpand" => Part.Expand,
        "table" => Part.Table,
        "tableRow" => Part.Row,
        "tableHeader" => Part.Header,
        "tableCell" => Part.Cell,
        _ => null,
    };

    private static string? Detail(Part part, JsonElement node) => part switch
    {
        Part.Heading => node.Text("attrs", "level"),
        Part.Numbers => node.Text("attrs", "order"),
        Part.Item => node.Text("attrs", "state"),
        Part.Code => node.Text("attrs", "language"),
        Part.Panel => node.Text("attrs", "panelType"),
        Part.Expand => node.Text("attrs", "title"),
        _ => null,
    };

    private static string? Words(string? type, JsonElement node) => type switch
    {
        "emoji" => node.Text("attrs", "text") ?? node.Text("attrs", "shortName"),
        "date" => Day(node.Text("attrs", "timestamp")),
        "media" or "mediaInline" => node.Text("attrs", "alt"),
        _ => node.Text("text") ?? node.Text("attrs", "text"),
    };

    private void Card(JsonElement node, bool block)
    {
        if ((node.Text("attrs", "url") ?? node.Text("attrs", "data", "url")) is not { } address)
            return;
        if (block)
            to.Open(Part.Paragraph);
        to.Open(Part.Link, address);
        to.Put(address);
        to.Close(Part.Link);
        if (block)
            to.Close(Part.Paragraph);
    }

    private void Marked(JsonElement node, int mark)
    {
        if (node.At("marks") is not { ValueKind: JsonValueKind.Array } marks || mark >= Math.Min(marks.GetArrayLength(), 20))
        {
            to.Put(node.Text("text"));
            return;
        }

        var part = MarkOf(marks[mark]);
        if (part is { } opened)
            to.Open(opened, opened is Part.Link ? marks[mark].Text("attrs", "href") : null);
        Marked(node, mark + 1);
        if (part is { } closed)
            to.Close(closed);
    }

    private static Part? MarkOf(JsonElement mark) => mark.Text("type") switch
    {
        "strong" => Part.Strong,
        "em" => Part.Emphasis,
        "underline" => Part.Underline,
        "strike" => Part.Strike,
        "code" => Part.Mono,
        "subsup" => mark.Text("attrs", "type") == "sup" ? Part.Super : Part.Sub,
        "link" => Part.Link,
        _ => null,
    };

    private static string? Day(string? timestamp) => long.TryParse(timestamp, CultureInfo.InvariantCulture, out var milliseconds)
        && Math.Abs(milliseconds) < 50_000_000_000_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : timestamp;
}
