using System.Xml;

namespace Hub.Integrations.Sso.Saml;

/// <summary>Reads XML of strangers: no DTD, no entities, nothing fetched, bounded in size and depth, nothing in it that could hide text.</summary>
internal static class SamlXml
{
    /// <summary>In bytes.</summary>
    public const int MaxSize = 256 * 1024;

    /// <summary>Of a provider's metadata, in bytes.</summary>
    public const int MaxMetadata = 1024 * 1024;

    // Canonicalisation recurses: a deep document must not reach it.
    private const int MaxDepth = 40;

    /// <exception cref="SsoRefusal">It is not acceptable.</exception>
    public static XmlElement Read(byte[] bytes, int maxSize = MaxSize, bool allowComments = false)
    {
        if (bytes.Length > maxSize)
            throw SsoRefusal.Invalid($"The document is larger than {maxSize / 1024} KB.");
        try
        {
            Inspect(bytes, maxSize, allowComments);
            using var reader = Open(bytes, maxSize);
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document.DocumentElement!;
        }
        catch (XmlException)
        {
            throw SsoRefusal.Invalid("The document is not well-formed XML, or it contains a DTD.");
        }
    }

    /// <summary>Element children with this name.</summary>
    public static IEnumerable<XmlElement> Children(this XmlElement parent, string name, string space) =>
        parent.ChildNodes.OfType<XmlElement>().Where(child => child.LocalName == name && child.NamespaceURI == space);

    /// <summary>Every element of the document, the root included.</summary>
    public static IEnumerable<XmlElement> Everything(this XmlElement root) => root.GetElementsByTagName("*").OfType<XmlElement>().Prepend(root);

    public static string? Attribute(this XmlElement element, string name) => element.GetAttribute(name, "") is { Length: > 0 } value ? value : null;

    public static DateTimeOffset? Time(this XmlElement element, string name)
    {
        try
        {
            return element.Attribute(name) is { } text
                ? new DateTimeOffset(XmlConvert.ToDateTime(text, XmlDateTimeSerializationMode.Utc)) : null;
        }
        catch (FormatException)
        {
            throw SsoRefusal.Invalid($"{name} of {element.LocalName} is no time.");
        }
    }

    private static void Inspect(byte[] bytes, int maxSize, bool allowComments)
    {
        using var reader = Open(bytes, maxSize);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
                throw SsoRefusal.Invalid("The document is nested too deeply.");
            // A comment within a name makes some readers see less of it than was signed.
            if (!allowComments && reader.NodeType is (XmlNodeType.Comment or XmlNodeType.ProcessingInstruction))
                throw SsoRefusal.Invalid("The document contains comments or processing instructions.");
        }
    }

    private static XmlReader Open(byte[] bytes, int maxSize) => XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = maxSize,
    });
}
