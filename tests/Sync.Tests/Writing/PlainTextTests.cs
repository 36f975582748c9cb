using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Jira.Text;
using Hub.Sync.Jira.Writing;
using NUnit.Framework;

namespace Hub.Sync.Tests.Writing;

public class PlainTextTests
{
    private static readonly Gen<string> Line = Gen.Elements("plain", "* no list", "h1. no heading", "{code}no code{code}", "[~nobody]", "a | b", "--", "ümläut 日本 🎉", "<b>\"&");

    [Test]
    public void Plain_text_comes_back_from_a_document_as_it_went_in() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from lines in Gen.NonEmptyListOf(Line)
         from breaks in Gen.ListOf(Gen.Elements("\n", "\n\n"), lines.Count)
         select string.Concat(lines.Zip(breaks, (line, end) => line + end)).Trim()).ToArbitrary(),
        text => RichText.OfDocument(JsonSerializer.SerializeToElement(AdfDocument.Of(text))).Text == text));

    [Test]
    public void Plain_text_comes_back_from_wiki_markup_as_it_went_in() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from lines in Gen.NonEmptyListOf(Line)
         from breaks in Gen.ListOf(Gen.Elements("\n", "\n\n"), lines.Count)
         select string.Concat(lines.Zip(breaks, (line, end) => line + end)).Trim()).ToArbitrary(),
        text => RichText.OfWiki(WikiMarkup.Of(text)).Text == text));

    [TestCase("a user-friendly snake_case word", "a user-friendly snake_case word")]
    [TestCase("*bold* and -struck-", @"\*bold\* and \-struck\-")]
    public void Only_what_would_be_markup_is_escaped(string text, string markup) => WikiMarkup.Of(text).Should().Be(markup);

    [TestCase("\n\n\n")]
    [TestCase("a\r\n\r\nb\r\n")]
    [TestCase("\n\n a\n\n\n\nb")]
    public void Documents_have_no_empty_text(string text) => AdfDocument.Of(text).ToJsonString().Should().NotContain("\"text\":\"\"");

    [Test]
    public void Markers_are_told_from_labels_of_people()
    {
        var marker = CreationMarker.Of(Guid.CreateVersion7());
        CreationMarker.Is(marker).Should().BeTrue();
        foreach (var label in new[] { "hub", "hub-1", "hub-team", marker + "0", "x" + marker, marker.ToUpperInvariant(), marker + "\n" })
            CreationMarker.Is(label).Should().BeFalse(label);
    }
}
