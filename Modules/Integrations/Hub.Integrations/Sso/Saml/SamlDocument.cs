using System.Xml;

namespace Hub.Integrations.Sso.Saml;

/// <summary>
/// A response whose shape leaves no doubt which assertion is meant: one response, one assertion as its child, signatures only in their places, no id
/// twice. Signature wrapping needs a second of something; there is none.
/// </summary>
/// <param name="Response">The root.</param>
/// <param name="Assertion">The one assertion.</param>
internal sealed record SamlDocument(XmlElement Response, XmlElement Assertion)
{
    /// <exception cref="SsoRefusal">It has another shape, or the provider says that it did not work.</exception>
    public static SamlDocument Read(byte[] bytes)
    {
        var root = SamlXml.Read(bytes);
        if (root is not { LocalName: "Response", NamespaceURI: SamlNames.Protocol } || root.Attribute("Version") != "2.0")
            throw SsoRefusal.Invalid("This is no SAML 2.0 response.");
        var everything = root.Everything().ToArray();
        RequireUniqueIds(everything);
        RequireSuccess(root);
        if (everything.Any(element => element.LocalName is "EncryptedAssertion" or "EncryptedID" or "EncryptedAttribute"))
            throw new SsoRefusal(SsoProblem.Encrypted, "The assertion, or something in it, is encrypted. Have the provider send it signed and unencrypted.");
        var assertions = everything.Where(element => element.LocalName is "Assertion").ToArray();
        if (assertions is not [{ NamespaceURI: SamlNames.Assertion } assertion] || assertion.ParentNode != root || assertion.Attribute("Version") != "2.0")
            throw SsoRefusal.Invalid("A response must hold exactly one assertion, as its child.");
        if (everything.Count(element => element.LocalName is "Response") != 1)
            throw SsoRefusal.Invalid("There is a response within the response.");
        RequireSignaturesInPlace(everything, root, assertion);
        return new SamlDocument(root, assertion);
    }

    private static void RequireUniqueIds(IEnumerable<XmlElement> everything)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in everything.SelectMany(element => element.Attributes.OfType<XmlAttribute>()))
            if (attribute.LocalName.Equals("ID", StringComparison.OrdinalIgnoreCase) && !seen.Add(attribute.Value))
                throw SsoRefusal.Invalid("An id occurs twice in the response.");
    }

    private static void RequireSignaturesInPlace(IEnumerable<XmlElement> everything, XmlElement response, XmlElement assertion)
    {
        foreach (var signature in everything.Where(element => element.LocalName is "Signature"))
        {
            var parent = signature.ParentNode as XmlElement;
            var parts = signature.ChildNodes.OfType<XmlElement>().Select(part => part.LocalName).ToArray();
            if (signature.NamespaceURI != SamlNames.Signature || (parent != response && parent != assertion)
                || parent!.Children("Signature", SamlNames.Signature).Count() != 1
                || parts is not (["SignedInfo", "SignatureValue"] or ["SignedInfo", "SignatureValue", "KeyInfo"]))
                throw SsoRefusal.Invalid("There is a signature where none belongs, or with more in it than a signature.");
        }
    }

    private static void RequireSuccess(XmlElement response)
    {
        var codes = response.Children("Status", SamlNames.Protocol).SelectMany(status => status.Everything())
            .Where(element => element is { LocalName: "StatusCode", NamespaceURI: SamlNames.Protocol }).Select(code => code.Attribute("Value") ?? "").ToArray();
        if (codes is not [SamlNames.Success, ..])
            throw new SsoRefusal(SsoProblem.Refused, $"The provider answered {string.Join(", ", codes.Select(code => code[(code.LastIndexOf(':') + 1)..]))}.");
    }
}
