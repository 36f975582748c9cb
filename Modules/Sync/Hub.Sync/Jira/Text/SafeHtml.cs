using System.Globalization;
using System.Text;

namespace Hub.Sync.Jira.Text;

/// <summary>
/// Rich text as HTML that is safe to show on any page, by construction: only the tags below are ever written, all of them are closed, every text and
/// address is encoded, and links lead only to web and mail addresses.
/// </summary>
internal sealed class SafeHtml : IRichText
{
    // Browsers stop nesting at 512; nobody reads beyond a fraction of that.
    private const int MostOpen = 200;
    private static readonly string[] Panels = ["info", "note", "success", "warning", "error", "tip"];
    private static readonly string[] Schemes = ["https://", "http://", "mailto:"];
    private readonly StringBuilder html = new();
    private readonly List<(Part Part, string Tag)> open = [];

    /// <summary>The whole, with everything closed that is still open.</summary>
    public string Result
    {
        get
        {
            CloseFrom(0);
            return html.ToString();
        }
    }

    public void Open(Part part, string? detail = null)
    {
        var tag = open.Count < MostOpen && !(part is Part.Link && !IsSafe(detail)) ? Tag(part, detail) : "";
        open.Add((part, tag));
        if (tag.Length == 0)
            return;
        html.Append('<').Append(tag);
        Attributes(part, detail);
        html.Append('>');
        Lead(part, detail);
    }

    public void Close(Part part)
    {
        var at = open.FindLastIndex(one => one.Part == part);
        if (at >= 0)
            CloseFrom(at);
    }

    public void Put(string? text)
    {
        foreach (var c in text ?? "")
            html.Append(c switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", '\'' => "&#39;", _ => null } is { } entity ? entity : c);
    }

    public void Break() => html.Append("<br>");

    public void Rule() => html.Append("<hr>");

    private static string Tag(Part part, string? detail) => part switch
    {
        Part.Paragraph => "p",
        Part.Heading => int.TryParse(detail, CultureInfo.InvariantCulture, out var level) ? $"h{Math.Clamp(level, 1, 6)}" : "h1",
        Part.Bullets => "ul",
        Part.Numbers => "ol",
        Part.Item => "li",
        Part.Quote => "blockquote",
        Part.Code => "pre",
        Part.Panel => "div",
        Part.Expand => "details",
        Part.Table => "table",
        Part.Row => "tr",
        Part.Header => "th",
        Part.Cell => "td",
        Part.Strong => "strong",
        Part.Emphasis => "em",
        Part.Underline => "u",
        Part.Strike => "s",
        Part.Sub => "sub",
        Part.Super => "sup",
        Part.Mono => "code",
        _ => "a",
    };

    private void Attributes(Part part, string? detail)
    {
        switch (part)
        {
            case Part.Numbers when int.TryParse(detail, CultureInfo.InvariantCulture, out var first) && first > 1:
                html.Append(CultureInfo.InvariantCulture, $" start=\"{first}\"");
                break;
            case Part.Panel:
                html.Append(" class=\"panel panel-").Append(Panels.Contains(detail) ? detail : "note").Append('"');
                break;
            case Part.Link:
                html.Append(" href=\"");
                Put(detail);
                html.Append("\" rel=\"nofollow noopener noreferrer\"");
                break;
        }
    }

    private void Lead(Part part, string? detail)
    {
        if (part is Part.Item && detail is "DONE" or "TODO")
            html.Append(detail is "DONE" ? "\u2611 " : "\u2610 ");
        if (part is not Part.Expand)
            return;
        html.Append("<summary>");
        Put(detail);
        html.Append("</summary>");
    }

    private void CloseFrom(int at)
    {
        for (var i = open.Count - 1; i >= at; i--)
            if (open[i].Tag is { Length: > 0 } tag)
                html.Append("</").Append(tag).Append('>');
        open.RemoveRange(at, open.Count - at);
    }

    // Browsers leave out control characters inside a scheme, so an address that has any is none.
    private static bool IsSafe(string? address) => address is not null
        && Array.Exists(Schemes, scheme => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
}
