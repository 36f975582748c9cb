using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Jira.Text;
using Hub.Sync.Providers;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraText;

public class WikiTests
{
    private const string Rel = "rel=\"nofollow noopener noreferrer\"";

    [TestCase("Plain words, 3 * 4 and a-b-c and snake_case_name", "Plain words, 3 * 4 and a-b-c and snake_case_name", "<p>Plain words, 3 * 4 and a-b-c and snake_case_name</p>")]
    [TestCase("a *bold _both_* b", "a bold both b", "<p>a <strong>bold <em>both</em></strong> b</p>")]
    [TestCase("-gone- +new+ x^2^ H~2~O ??cited??", "gone new x^2^ H~2~O cited", "<p><s>gone</s> <u>new</u> x^2^ H~2~O <em>cited</em></p>")]
    [TestCase("in{*}wor{*}d x{^}2{^}", "inword x2", "<p>in<strong>wor</strong>d x<sup>2</sup></p>")]
    [TestCase("*a _b* c_", "a _b c_", "<p><strong>a _b</strong> c_</p>")]
    [TestCase("*open and _open", "*open and _open", "<p>*open and _open</p>")]
    [TestCase("two -- dashes --- here", "two -- dashes --- here", "<p>two -- dashes --- here</p>")]
    [TestCase(@"a\\b \*no\*", "a\nb *no*", "<p>a<br>b *no*</p>")]
    [TestCase("call {{f(*x*)}} now", "call f(*x*) now", "<p>call <code>f(*x*)</code> now</p>")]
    [TestCase("{color:red}red{color} text", "red text", "<p>red text</p>")]
    [TestCase("one\r\ntwo\r\n\r\nthree", "one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>")]
    [TestCase("[~jdoe] and [~accountid:5b:10]", "@jdoe and @5b:10", "<p>@jdoe and @5b:10</p>")]
    [TestCase("see !shot 1.png|width=300! there! And v1.2!", "see  there! And v1.2!", "<p>see  there! And v1.2!</p>")]
    [TestCase("[^notes.txt] [ABC-1] []", "notes.txt [ABC-1] []", "<p>notes.txt [ABC-1] []</p>")]
    [TestCase("<script>alert('x')</script>", "<script>alert('x')</script>", "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</p>")]
    [TestCase("[x|javascript:alert(1)]", "x (javascript:alert(1))", "<p>x</p>")]
    public void Inline_markup_is_read(string wiki, string text, string html) => RichText.OfWiki(wiki).Should().Be(new RichText(text, html));

    [TestCase("[docs|https://x.test/a?b=1&c|smart-link]", "docs (https://x.test/a?b=1&c)", "<a href=\"https://x.test/a?b=1&amp;c\" " + Rel + ">docs</a>")]
    [TestCase("[https://x.test]", "https://x.test", "<a href=\"https://x.test\" " + Rel + ">https://x.test</a>")]
    [TestCase("(https://x.test/a_b_c).", "(https://x.test/a_b_c).", "(<a href=\"https://x.test/a_b_c\" " + Rel + ">https://x.test/a_b_c</a>).")]
    [TestCase("mailto:a@b.test", "mailto:a@b.test", "<a href=\"mailto:a@b.test\" " + Rel + ">mailto:a@b.test</a>")]
    [TestCase("https://", "https://", "https://")]
    public void Links_lead_where_they_say(string wiki, string text, string html) => RichText.OfWiki(wiki).Should().Be(new RichText(text, $"<p>{html}</p>"));

    [Test]
    public void Blocks_are_read()
    {
        var (text, html) = RichText.OfWiki("""
            h2. Steps *now*
            First
            * a
            ** b
            more b
            *# one
            *# two
            * c

            1. is no list
            ----
            ||Name||[Age|https://x.test]||
            |Ann *A*|7 \| 8|
            bq. said
            {quote}
            quoted

            twice
            {quote}
            {panel:title=Mind|borderStyle=dashed}inside{panel}
            {code:java|title=X.java}
            if (a < b) *x*;

              {color}
            {code}
            end {noformat}raw [x|y]
            """);
        text.Should().Be("""
            Steps now

            First

            * a
              * b
            more b
              1. one
              2. two
            * c

            1. is no list

            Name | Age (https://x.test)
            Ann A | 7 | 8

            said

            quoted

            twice

            Mind

            inside

            if (a < b) *x*;

              {color}

            end

            raw [x|y]
            """.ReplaceLineEndings("\n"));
        html.Should().Be(
            "<h2>Steps <strong>now</strong></h2><p>First</p><ul><li>a<ul><li>b<br>more b</li></ul><ol><li>one</li><li>two</li></ol></li><li>c</li></ul>"
            + $"<p>1. is no list</p><hr><table><tr><th>Name</th><th><a href=\"https://x.test\" {Rel}>Age</a></th></tr><tr><td>Ann <strong>A</strong></td><td>7 | 8</td></tr></table>"
            + "<blockquote>said</blockquote><blockquote><p>quoted</p><p>twice</p></blockquote><div class=\"panel panel-note\"><p>Mind</p><p>inside</p></div>"
            + "<pre>if (a &lt; b) *x*;\n\n  {color}</pre><p>end</p><pre>raw [x|y]</pre>");
    }

    [Test]
    public void The_same_text_as_markup_and_as_a_document_reads_alike()
    {
        var document = JsonElement.Parse("""
            {"type":"doc","version":1,"content":[
             {"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Steps"}]},
             {"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"bold","marks":[{"type":"strong"}]}]}]}]},
             {"type":"codeBlock","content":[{"type":"text","text":"GET /x"}]},
             {"type":"paragraph","content":[{"type":"text","text":"docs","marks":[{"type":"link","attrs":{"href":"https://x.test"}}]},{"type":"hardBreak"},{"type":"text","text":"end"}]}]}
            """);
        RichText.OfWiki("h2. Steps\n\n* *bold*\n\n{code}\nGET /x\n{code}\n\n[docs|https://x.test]\nend").Text.Should().Be(RichText.Of(document).Text);
    }

    [Test]
    public void Texts_of_real_issues_come_out_safe()
    {
        var lines = Fixtures.Text("jira/rest/devlake/issues.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var texts = lines.Select(line => JsonElement.Parse(line)).SelectMany(issue => issue.At("fields", "comment", "comments") is { ValueKind: JsonValueKind.Array } comments
            ? comments.EnumerateArray().Select(c => c.Text("body")).Append(issue.Text("fields", "description"))
            : [issue.Text("fields", "description")]).OfType<string>().ToList();
        texts.Should().HaveCountGreaterThan(5);
        texts.Select(RichText.OfWiki).Should().OnlyContain(read => read.Html == null || (Markup.Safe(read.Html) && Markup.Balanced(read.Html)));
        RichText.OfWiki(texts.First(text => text.Contains("{quote}Feat"))).Text.Should().EndWith("\n\nFeat(EE-1): add modularity metric chart");
    }

    [TestCase("*")]
    [TestCase("*a ")]
    [TestCase(" _a*")]
    [TestCase("[")]
    [TestCase("[a|")]
    [TestCase("{")]
    [TestCase("{code}")]
    [TestCase("{quote}")]
    [TestCase("{{")]
    [TestCase("{{a")]
    [TestCase("!a.")]
    [TestCase("|")]
    [TestCase("|[")]
    [TestCase("||a")]
    [TestCase("http://")]
    [TestCase("http://,")]
    [TestCase("??a")]
    [TestCase("* a\n")]
    [TestCase("****a\n**** a\n")]
    [TestCase("\\")]
    [TestCase("{panel:title=")]
    public void A_megabyte_of_anything_is_read_in_no_time(string piece)
    {
        var read = RichText.OfWiki(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
        // A second pass over what was passed already would take minutes.
        (read.Html is null || Markup.Balanced(read.Html)).Should().BeTrue();
    }
}
