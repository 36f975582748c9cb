using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Jira.Text;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraText;

/// <summary>Of any text at all: HTML that is safe and well-formed, and plain text that does not grow without bound.</summary>
public class RichTextProperties
{
    private static readonly string[] Pieces =
    [
        "*", "_", "-", "+", "^", "~", "??", "{*}", "{{", "}}", "{code}", "{code:sql}", "{noformat}", "{quote}", "{panel:title=<b>}", "{panel}", "{color:red}",
        "[", "]", "|", "||", "[a|javascript:x]", "[x|https://x.test/\"onclick=\"]", "!a.png!", "https://x.test/<script>", "\n", "\n\n", "* ", "** ", "# ", "#* ",
        "h1. ", "bq. ", "----", "\\", "\\\\", "<script>", "</p>", "&", "\"", "'", "a", " ", "word", "javascript:", "é", "\ud83d\ude00", "\r\n", "\t", "[~", "[^",
    ];

    private static readonly string[] Types =
    [
        "doc", "paragraph", "text", "heading", "bulletList", "orderedList", "listItem", "taskItem", "codeBlock", "blockquote", "panel", "expand", "table",
        "tableRow", "tableHeader", "tableCell", "hardBreak", "rule", "mention", "inlineCard", "media", "<script>", "",
    ];

    private static readonly Gen<string> Wiki = Gen.Elements(Pieces).ListOf().Select(string.Concat);

    [Test]
    public void Any_markup_gives_safe_html_and_bounded_text() => Prop.ForAll(Wiki.ToArbitrary(), markup => IsSound(RichText.OfWiki(markup), markup.Length))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(200));

    [Test]
    public void Any_string_gives_safe_html_and_bounded_text() => Prop.ForAll<string?>(text => IsSound(RichText.OfWiki(text), text?.Length ?? 0)).QuickCheckThrowOnFailure();

    [Test]
    public void Any_tree_of_nodes_gives_safe_html_and_bounded_text() => Prop.ForAll(Gen.Sized(Node).ToArbitrary(), node =>
    {
        var json = JsonSerializer.Serialize(new { type = "doc", content = new[] { node } });
        return IsSound(RichText.OfDocument(JsonElement.Parse(json)), json.Length);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static bool IsSound(RichText read, int length) =>
        (read.Text?.Length ?? 0) <= 4 * length + 20 && (read.Html is not { } html || (Markup.Safe(html) && Markup.Balanced(html)));

    private static Gen<object> Node(int size) =>
        from type in Gen.Elements(Types)
        from text in Gen.Elements(Pieces)
        from mark in Gen.Elements("strong", "em", "link", "code", "script")
        from children in size < 2 ? Gen.Constant(new List<object>()) : Node(size / 3).ListOf(3).Select(nodes => nodes.ToList())
        select (object)new
        {
            type,
            text,
            attrs = new { level = text, order = text, url = text, title = text, panelType = text, state = text, alt = text },
            marks = new[] { new { type = mark, attrs = new { href = text } } },
            content = children,
        };
}
