using System.Text.Json;
using FluentAssertions;
using Hub.Sync.Jira.Text;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraText;

public class AdfTextTests
{
    [TestCase("""{"type":"text","text":"Plain"}""", "Plain")]
    [TestCase("""{"type":"text","text":"a"},{"type":"hardBreak"},{"type":"text","text":"b"}""", "a\nb")]
    [TestCase("""{"type":"mention","attrs":{"id":"5","text":"@Ann"}},{"type":"text","text":" look"}""", "@Ann look")]
    [TestCase("""{"type":"emoji","attrs":{"shortName":":smile:","text":"😄"}},{"type":"emoji","attrs":{"shortName":":acme:"}}""", "😄:acme:")]
    [TestCase("""{"type":"inlineCard","attrs":{"url":"https://x.test/1"}}""", "https://x.test/1")]
    [TestCase("""{"type":"date","attrs":{"timestamp":"1582152559000"}}""", "2020-02-19")]
    [TestCase("""{"type":"status","attrs":{"text":"IN PROGRESS","color":"blue"}}""", "IN PROGRESS")]
    [TestCase("""{"type":"text","text":"here","marks":[{"type":"strong"},{"type":"link","attrs":{"href":"https://x.test"}}]}""", "here (https://x.test)")]
    [TestCase("""{"type":"text","text":"https://x.test","marks":[{"type":"link","attrs":{"href":"https://x.test"}}]}""", "https://x.test")]
    [TestCase("""{"type":"somethingNew","content":[{"type":"text","text":"kept"}]}""", "kept")]
    public void Inline_nodes_become_text(string nodes, string text) =>
        Of($$"""[{"type":"paragraph","content":[{{nodes}}]}]""").Should().Be(text);

    [Test]
    public void Blocks_are_parted_by_a_blank_line_as_in_wiki_text() => Of("""
        [{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Steps"}]},
         {"type":"paragraph","content":[{"type":"text","text":"One"}]},
         {"type":"codeBlock","attrs":{"language":"sql"},"content":[{"type":"text","text":"select 1\n  from t"}]},
         {"type":"paragraph"},
         {"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"Quoted"}]}]}]
        """).Should().Be("Steps\n\nOne\n\nselect 1\n  from t\n\nQuoted");

    [Test]
    public void Lists_keep_their_marks_and_depth() => Of("""
        [{"type":"paragraph","content":[{"type":"text","text":"Do"}]},
         {"type":"bulletList","content":[
           {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]},
             {"type":"orderedList","attrs":{"order":3},"content":[
               {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]}]},
               {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"y"}]}]}]}]},
           {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]},
         {"type":"taskList","content":[{"type":"taskItem","attrs":{"state":"DONE"},"content":[{"type":"text","text":"done"}]},
                                       {"type":"taskItem","attrs":{"state":"TODO"},"content":[{"type":"text","text":"open"}]}]}]
        """).Should().Be("Do\n\n* a\n  3. x\n  4. y\n* b\n\n* [x] done\n* [ ] open");

    [Test]
    public void Tables_become_rows_of_cells() => Of("""
        [{"type":"table","content":[
          {"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"Name"}]}]},
                                        {"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"Age"}]}]}]},
          {"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"Ann"}]}]},
                                        {"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"7"}]}]}]}]}]
        """).Should().Be("Name | Age\nAnn | 7");

    [TestCase("[]")]
    [TestCase("""[{"type":"paragraph","content":[]}]""")]
    [TestCase("""[{"type":"mediaSingle","content":[{"type":"media","attrs":{"id":"1","type":"file"}}]}]""")]
    [TestCase("""[null, 7, "x", {"type":5}, {"content":{}}]""")]
    public void What_has_no_text_gives_none_and_never_throws(string content) => Of(content).Should().BeEmpty();

    [Test]
    public void A_document_deep_as_a_well_is_read_to_the_bottom()
    {
        var nodes = string.Concat(Enumerable.Repeat("""{"type":"blockquote","content":[""", 100)) + """{"type":"text","text":"deep"}"""
            + string.Concat(Enumerable.Repeat("]}", 100));
        Of($"[{nodes}]").Should().Be("deep");
    }

    [Test]
    public void Published_examples_give_their_sentences()
    {
        using var document = JsonDocument.Parse(Fixtures.Bytes("jira/openapi/jira-platform-v3.examples-parsed.json"));
        var texts = Markup.Documents(document.RootElement).Select(found => RichText.OfDocument(found).Text).ToList();
        texts.Should().HaveCountGreaterThan(20).And.OnlyContain(text => text != null && text.Length > 0).And.Contain("Main order flow broken");
    }

    private static string Of(string content)
    {
        using var document = JsonDocument.Parse($$"""{"type":"doc","version":1,"content":{{content}}}""", new JsonDocumentOptions { MaxDepth = 512 });
        return RichText.OfDocument(document.RootElement).Text ?? "";
    }
}
