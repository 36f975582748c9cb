using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Text;

/// <summary>A text of Jira, as a document (ADF) or in wiki markup, in the two forms in which the hub keeps it. Null when it is empty.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Html">HTML that is safe to show.</param>
internal sealed record RichText(string? Text, string? Html)
{
    public static readonly RichText None = new(null, null);

    public static RichText Of(JsonElement value) => value.ValueKind is JsonValueKind.Object ? OfDocument(value) : OfWiki(value.Text());

    public static RichText OfDocument(JsonElement document) => Both(to => new AdfReader(to).Children(document));

    public static RichText OfWiki(string? markup) => markup is null ? None : Both(to => new WikiReader(markup, to).Read());

    private static RichText Both(Action<IRichText> read)
    {
        var (plain, html) = (new PlainText(), new SafeHtml());
        read(plain);
        read(html);
        var text = plain.Result;
        return text.Length == 0 ? None : new RichText(text, html.Result);
    }
}
