using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Xml;
using Hub.SharedKernel.Cryptography;

namespace Hub.Integrations.Sso.Saml;

/// <summary>
/// Proves that the assertion is what a pinned certificate's owner signed: by its own signature, or by that of the response around it. Whatever key the
/// message itself brings along means nothing.
/// </summary>
internal static class SamlSignature
{
    private const string ExclusiveC14n = SignedXml.XmlDsigExcC14NTransformUrl;
    private const string Enveloped = SignedXml.XmlDsigEnvelopedSignatureTransformUrl;
    private const int LeastRsaBits = 2048;

    private static readonly HashSet<string> Signatures = new(StringComparer.Ordinal)
    {
        SignedXml.XmlDsigRSASHA256Url, SignedXml.XmlDsigRSASHA384Url, SignedXml.XmlDsigRSASHA512Url,
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
    };

    private static readonly HashSet<string> Digests = new(StringComparer.Ordinal)
    {
        SignedXml.XmlDsigSHA256Url, SignedXml.XmlDsigSHA384Url, SignedXml.XmlDsigSHA512Url,
    };

    static SamlSignature() => EcdsaXmlSignature.Register();

    /// <returns>Whether the response as a whole is signed, not only the assertion.</returns>
    /// <exception cref="SsoRefusal">Nothing is signed, or a signature does not hold.</exception>
    public static bool Require(SamlDocument document, IReadOnlyList<X509Certificate2> pinned)
    {
        var whole = SignatureOf(document.Response);
        var own = SignatureOf(document.Assertion);
        if (whole is null && own is null)
            throw SsoRefusal.Invalid("Neither the assertion nor the response is signed.");
        if (whole is not null)
        {
            Require(whole, document.Response, pinned);
            // The transform that leaves a signature out of what it signs finds it by counting: the outer one must not be counted with.
            document.Response.RemoveChild(whole);
        }

        if (own is not null)
            Require(own, document.Assertion, pinned);
        return whole is not null;
    }

    private static XmlElement? SignatureOf(XmlElement element) => element.Children("Signature", SamlNames.Signature).SingleOrDefault();

    private static void Require(XmlElement signature, XmlElement element, IReadOnlyList<X509Certificate2> pinned)
    {
        var signed = new Pinned(element);
        try
        {
            signed.LoadXml(signature);
            if (Refusal(signed, element) is { } refusal)
                throw SsoRefusal.Invalid($"The signature of the {element.LocalName} {refusal}.");
            if (!pinned.Any(certificate => IsBy(signed, certificate)))
                throw SsoRefusal.Invalid($"The signature of the {element.LocalName} is not by the certificate that is set here, or what it signs was changed.");
        }
        catch (Exception broken) when (broken is CryptographicException or XmlException or FormatException or ArgumentException)
        {
            throw SsoRefusal.Invalid($"The signature of the {element.LocalName} is malformed.");
        }
    }

    private static string? Refusal(SignedXml signed, XmlElement element)
    {
        var info = signed.SignedInfo!;
        if (info.CanonicalizationMethod != ExclusiveC14n)
            return "is not canonicalised exclusively";
        if (info.SignatureMethod is not { } method || !Signatures.Contains(method))
            return "is by an algorithm that does not count: RSA or ECDSA with SHA-256 or stronger does";
        if (info.References.Count != 1 || info.References[0] is not Reference reference)
            return "must sign exactly one thing";
        if (element.Attribute("ID") is not { } id || reference.Uri != $"#{id}")
            return "signs something else";
        if (!Digests.Contains(reference.DigestMethod))
            return "has a digest that does not count: SHA-256 or stronger does";
        var transforms = Enumerable.Range(0, reference.TransformChain.Count).Select(index => reference.TransformChain[index].Algorithm).ToArray();
        return transforms is [Enveloped] or [Enveloped, ExclusiveC14n] ? null : "transforms what it signs in ways that do not count";
    }

    private static bool IsBy(SignedXml signed, X509Certificate2 certificate)
    {
        var curve = signed.SignedInfo!.SignatureMethod!.Contains("ecdsa", StringComparison.Ordinal);
        using AsymmetricAlgorithm? key = curve ? certificate.GetECDsaPublicKey() : certificate.GetRSAPublicKey();
        return key is not null && (curve || key.KeySize >= LeastRsaBits) && signed.CheckSignature(key);
    }

    /// <summary>Whatever an id might point at elsewhere: what is signed is this very element.</summary>
    private sealed class Pinned : SignedXml
    {
        private readonly XmlElement element;

        public Pinned(XmlElement element) : base(element) => this.element = element;

        public override XmlElement? GetIdElement(XmlDocument? document, string idValue) => idValue == element.Attribute("ID") ? element : null;
    }
}
