using System.Xml;

namespace Hub.Integrations.Tests.Sso;

/// <summary>
/// The eight classic forms of XML signature wrapping: a signed original is kept somewhere so that its signature still holds, and a forged assertion
/// stands where a careless reader looks. "On Breaking SAML: Be Whoever You Want to Be", USENIX Security 2012.
/// </summary>
internal static class SamlWrapping
{
    public static readonly IReadOnlyList<(string Name, Func<SamlFacts, XmlDocument> Make)> All =
    [
        ("XSW1", facts => WrapResponse(facts, (evil, original, signature) => { evil.AppendChild(signature); signature.AppendChild(original); })),
        ("XSW2", facts => WrapResponse(facts, (evil, original, signature) => { evil.AppendChild(original); evil.AppendChild(signature); })),
        ("XSW3", facts => WrapAssertion(facts, (evil, original, _) => original.ParentNode!.InsertBefore(evil, original))),
        ("XSW4", facts => WrapAssertion(facts, (evil, original, _) => { original.ParentNode!.ReplaceChild(evil, original); evil.AppendChild(original); })),
        ("XSW5", facts => WrapAssertion(facts, (evil, original, signature) =>
        {
            original.ParentNode!.InsertBefore(evil, original);
            evil.InsertAfter(signature, evil.FirstChild);
        })),
        ("XSW6", facts => WrapAssertion(facts, (evil, original, signature) =>
        {
            original.ParentNode!.ReplaceChild(evil, original);
            evil.InsertAfter(signature, evil.FirstChild);
            signature.AppendChild(original);
        })),
        ("XSW7", facts => WrapAssertion(facts, (evil, original, _) =>
        {
            var extensions = original.OwnerDocument.CreateElement("samlp", "Extensions", SamlForge.Protocol);
            evil.SetAttribute("ID", original.GetAttribute("ID"));
            original.ParentNode!.InsertBefore(extensions, original);
            extensions.AppendChild(evil);
        })),
        ("XSW8", facts => WrapAssertion(facts, (evil, original, signature) =>
        {
            var hidden = original.OwnerDocument.CreateElement("ds", "Object", "http://www.w3.org/2000/09/xmldsig#");
            original.ParentNode!.ReplaceChild(evil, original);
            evil.InsertAfter(signature, evil.FirstChild);
            evil.SetAttribute("ID", original.GetAttribute("ID"));
            signature.AppendChild(hidden);
            hidden.AppendChild(original);
        })),
    ];

    private static XmlDocument WrapAssertion(SamlFacts facts, Action<XmlElement, XmlElement, XmlElement> wrap)
    {
        var document = SamlForge.Signed(facts);
        var original = SamlForge.Find(document, "Assertion");
        var signature = SamlForge.Find(document, "Signature");
        wrap(Forged(original, "Assertion"), original, signature);
        return document;
    }

    private static XmlDocument WrapResponse(SamlFacts facts, Action<XmlElement, XmlElement, XmlElement> wrap)
    {
        var document = SamlForge.Sign(SamlForge.Response(facts), "Response");
        var original = document.DocumentElement!;
        var signature = SamlForge.Find(document, "Signature");
        signature.ParentNode!.RemoveChild(signature);
        var evil = Forged(original, "Response");
        document.ReplaceChild(evil, original);
        wrap(evil, original, signature);
        return document;
    }

    private static XmlElement Forged(XmlElement original, string name)
    {
        var evil = (XmlElement)original.CloneNode(true);
        foreach (var signature in evil.SelectNodes(".//*[local-name()='Signature']")!.OfType<XmlElement>().ToArray())
            signature.ParentNode!.RemoveChild(signature);
        evil.SetAttribute("ID", $"_evil-{name}");
        evil.SelectNodes(".//*[local-name()='NameID']")!.OfType<XmlElement>().First().InnerText = "ceo@example.com";
        return evil;
    }
}
