using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Jira.Text;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraText;

public class AdfHtmlTests
{
    [TestCase("""{"type":"text","text":"Plain <b> & \"co\" o'clock"}""", "Plain &lt;b&gt; &amp; &quot;co&quot; o&#39;clock")]
    [TestCase("""{"type":"text","text":"a"},{"type":"hardBreak"},{"type":"text","text":"b"}""", "a<br>b")]
    [TestCase("""{"type":"text","text":"x","marks":[{"type":"strong"},{"type":"em"},{"type":"underline"},{"type":"strike"}]}""", "<strong><em><u><s>x</s></u></em></strong>")]
    [TestCase("""{"type":"text","text":"2","marks":[{"type":"subsup","attrs":{"type":"sup"}}]},{"type":"text","text":"i","marks":[{"type":"subsup","attrs":{"type":"sub"}}]}""", "<sup>2</sup><sub>i</sub>")]
    [TestCase("""{"type":"text","text":"f()","marks":[{"type":"code"},{"type":"textColor","attrs":{"color":"red\" onclick=\"x"}}]}""", "<code>f()</code>")]
    [TestCase("""{"type":"text","text":"here","marks":[{"type":"link","attrs":{"href":"https://x.test/?a=1&b=\"2\""}}]}""",
        "<a href=\"https://x.test/?a=1&amp;b=&quot;2&quot;\" rel=\"nofollow noopener noreferrer\">here</a>")]
    [TestCase("""{"type":"mention","attrs":{"id":"5","text":"@Ann <3"}}""", "@Ann &lt;3")]
    [TestCase("""{"type":"inlineCard","attrs":{"url":"https://x.test/1"}}""", "<a href=\"https://x.test/1\" rel=\"nofollow noopener noreferrer\">https://x.test/1</a>")]
    [TestCase("""{"type":"media","attrs":{"alt":"a.png"}},{"type":"script","content":[{"type":"text","text":"alert(1)"}]}""", "a.pngalert(1)")]
    public void Inline_nodes_become_encoded_html(string nodes, string html) =>
        Of($$"""[{"type":"paragraph","content":[{{nodes}}]}]""").Should().Be($"<p>{html}</p>");

    [TestCase("javascript:alert(1)")]
    [TestCase("JaVaScRiPt:alert(1)")]
    [TestCase("java\\nscript:alert(1)")]
    [TestCase(" javascript:alert(1)")]
    [TestCase("\\u0001javascript:alert(1)")]
    [TestCase("data:text/html,<script>alert(1)</script>")]
    [TestCase("vbscript:x")]
    [TestCase("//evil.test/x")]
    [TestCase("/browse/A-1")]
    [TestCase("https://x.test/ onmouseover=alert(1)")]
    [TestCase("")]
    public void Addresses_that_a_browser_might_run_are_no_links(string address) =>
        Of($$$"""[{"type":"paragraph","content":[{"type":"text","text":"go","marks":[{"type":"link","attrs":{"href":"{{{address}}}"}}]}]}]""").Should().Be("<p>go</p>");

    [Test]
    public void Blocks_become_elements() => Of("""
        [{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Steps"}]},
         {"type":"codeBlock","attrs":{"language":"sql"},"content":[{"type":"text","text":"a < b\n  c"}]},
         {"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"Q"}]}]},
         {"type":"panel","attrs":{"panelType":"warning"},"content":[{"type":"paragraph","content":[{"type":"text","text":"W"}]}]},
         {"type":"panel","attrs":{"panelType":"\"><script>"},"content":[]},
         {"type":"rule"},
         {"type":"expand","attrs":{"title":"More <"},"content":[{"type":"paragraph","content":[{"type":"text","text":"E"}]}]},
         {"type":"orderedList","attrs":{"order":3},"content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]}]}]},
         {"type":"taskList","content":[{"type":"taskItem","attrs":{"state":"DONE"},"content":[{"type":"text","text":"d"}]}]},
         {"type":"table","content":[{"type":"tableRow","content":[
           {"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"H"}]}]},
           {"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"C"}]}]}]}]}]
        """).Should().Be(
        "<h2>Steps</h2><pre>a &lt; b\n  c</pre><blockquote><p>Q</p></blockquote><div class=\"panel panel-warning\"><p>W</p></div>"
        + "<div class=\"panel panel-note\"></div><hr><details><summary>More &lt;</summary><p>E</p></details><ol start=\"3\"><li><p>x</p></li></ol>"
        + "<ul><li>\u2611 d</li></ul><table><tr><th><p>H</p></th><td><p>C</p></td></tr></table>");

    [Test]
    public void A_document_as_deep_as_a_document_can_be_and_one_of_a_megabyte_are_read()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"type":"blockquote","content":[""", 250)) + """{"type":"text","text":"deep"}"""
            + string.Concat(Enumerable.Repeat("]}", 250));
        var html = Of($"[{deep}]");
        html.Should().Contain("deep");
        Markup.Balanced(html).Should().BeTrue();
        var wide = string.Join(',', Enumerable.Repeat("""{"type":"paragraph","content":[{"type":"text","text":"some words","marks":[{"type":"strong"}]}]}""", 15_000));
        Of($"[{wide}]").Should().HaveLength(15_000 * "<p><strong>some words</strong></p>".Length);
    }

    [Test]
    public void Published_examples_give_nothing_but_the_known_elements()
    {
        using var document = JsonDocument.Parse(Fixtures.Bytes("jira/openapi/jira-platform-v3.examples-parsed.json"));
        var pages = Markup.Documents(document.RootElement).Select(found => RichText.OfDocument(found).Html).OfType<string>().ToList();
        pages.Should().HaveCountGreaterThan(20).And.OnlyContain(html => Markup.Safe(html) && Markup.Balanced(html));
    }

    private static string Of(string content)
    {
        using var document = JsonDocument.Parse($$"""{"type":"doc","version":1,"content":{{content}}}""", new JsonDocumentOptions { MaxDepth = 512 });
        var to = new SafeHtml();
        new AdfReader(to).Children(document.RootElement);
        return to.Result;
    }
}
