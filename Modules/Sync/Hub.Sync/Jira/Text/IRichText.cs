namespace Hub.Sync.Jira.Text;

/// <summary>
/// Takes in rich text piece by piece, in the order of the document, whatever markup it came in. Parts may come in any nesting, be closed in the wrong
/// order or not at all: what is made of them is well-formed all the same.
/// </summary>
internal interface IRichText
{
    /// <param name="part">What begins.</param>
    /// <param name="detail">
    /// Heading: its level, 1-6. Numbers: the first number. Item: <c>DONE</c> or <c>TODO</c>. Code: the language. Panel: its kind. Expand: its title.
    /// Link: the address.
    /// </param>
    void Open(Part part, string? detail = null);

    /// <summary>Ends the innermost such part and all that it holds; nothing happens when there is none.</summary>
    void Close(Part part);

    void Put(string? text);

    /// <summary>A new line inside a paragraph.</summary>
    void Break();

    /// <summary>A line across the page.</summary>
    void Rule();
}

internal enum Part
{
    Paragraph,
    Heading,
    Bullets,
    Numbers,
    Item,
    Quote,
    Code,
    Panel,
    Expand,
    Table,
    Row,
    Header,
    Cell,
    Strong,
    Emphasis,
    Underline,
    Strike,
    Sub,
    Super,
    Mono,
    Link,
}
