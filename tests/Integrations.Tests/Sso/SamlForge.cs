using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Web;
using System.Xml;
using Hub.TestHarness;

namespace Hub.Integrations.Tests.Sso;

/// <summary>What a response says, true until a test changes it.</summary>
internal sealed record SamlFacts(string RequestId, string Audience, string Recipient, DateTimeOffset Now)
{
    public string Issuer { get; init; } = SamlForge.EntityId;
    public string ResponseIssuer { get; init; } = SamlForge.EntityId;
    public string? Destination { get; init; } = Recipient;
    public string AnswersTo { get; init; } = RequestId;
    public string ConfirmedFor { get; init; } = RequestId;
    public string Method { get; init; } = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
    public DateTimeOffset NotBefore { get; init; } = Now.AddMinutes(-1);
    public DateTimeOffset Until { get; init; } = Now.AddMinutes(5);
    public DateTimeOffset ConfirmedUntil { get; init; } = Now.AddMinutes(5);
    public string Status { get; init; } = "urn:oasis:names:tc:SAML:2.0:status:Success";
    public string NameId { get; init; } = "carol@example.com";
    public string Group { get; init; } = "staff";
    public string AssertionId { get; init; } = "_assertion-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
}

/// <summary>A SAML identity provider in this process: makes responses, signs them, and spoils them.</summary>
internal static class SamlForge
{
    public const string EntityId = "https://idp.example.com/idp";
    public const string Protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
    public const string Assertion = "urn:oasis:names:tc:SAML:2.0:assertion";

    public static readonly X509Certificate2 Certificate = Issue("CN=idp");
    public static readonly X509Certificate2 Other = Issue("CN=other");
    private static readonly Lock Gate = new();

    public static X509Certificate2 Issue(string name, DateTimeOffset? until = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        return new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddYears(-1), until ?? now.AddYears(1));
    }

    public static Task<SsoTenant> Tenant(string? certificates = null, object? mapping = null) => SsoTenant.Create(new
    {
        protocol = "saml", entity_id = EntityId, sso_url = "https://idp.example.com/sso?tenant=acme",
        x509_certificate = certificates ?? Certificate.ExportCertificatePem(),
        role_mapping = mapping, default_role = "viewer",
    });

    /// <summary>Sends the browser out and reads what it was given for the provider.</summary>
    public static async Task<(SamlFacts Facts, string RelayState)> SetOut(Browser browser, SsoTenant tenant, Uri? hub = null)
    {
        var start = await browser.Once(HttpMethod.Get, new Uri(hub ?? SsoHub.Hub.Url, $"/auth/sso/{tenant.Slug}"));
        var query = HttpUtility.ParseQueryString(start.Response.Headers.Location!.Query);
        using var inflated = new StreamReader(new DeflateStream(new MemoryStream(Convert.FromBase64String(query["SAMLRequest"]!)), CompressionMode.Decompress));
        var request = new XmlDocument();
        request.LoadXml(await inflated.ReadToEndAsync());
        var root = request.DocumentElement!;
        var facts = new SamlFacts(
            root.GetAttribute("ID"), root["Issuer", Assertion]!.InnerText, root.GetAttribute("AssertionConsumerServiceURL"), TimeProvider.System.GetUtcNow());
        return (facts, query["RelayState"]!);
    }

    public static Task<Browser.View> Deliver(Browser browser, string response, string relayState) => browser.Post(
        new Uri(SsoHub.Hub.Url, "/auth/sso/acs"), ("SAMLResponse", Convert.ToBase64String(Encoding.UTF8.GetBytes(response))), ("RelayState", relayState));

    /// <summary>Unsigned.</summary>
    public static XmlDocument Response(SamlFacts facts) => Parse($"""
        <samlp:Response xmlns:samlp="{Protocol}" xmlns:saml="{Assertion}" ID="_response" Version="2.0"
            IssueInstant="{Time(facts.Now)}" InResponseTo="{facts.AnswersTo}"{Destination(facts)}>
          <saml:Issuer>{facts.ResponseIssuer}</saml:Issuer>
          <samlp:Status><samlp:StatusCode Value="{facts.Status}"/></samlp:Status>
          <saml:Assertion ID="{facts.AssertionId}" Version="2.0" IssueInstant="{Time(facts.Now)}">
            <saml:Issuer>{facts.Issuer}</saml:Issuer>
            <saml:Subject>
              <saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{facts.NameId}</saml:NameID>
              <saml:SubjectConfirmation Method="{facts.Method}">
                <saml:SubjectConfirmationData Recipient="{facts.Recipient}" InResponseTo="{facts.ConfirmedFor}" NotOnOrAfter="{Time(facts.ConfirmedUntil)}"/>
              </saml:SubjectConfirmation>
            </saml:Subject>
            <saml:Conditions NotBefore="{Time(facts.NotBefore)}" NotOnOrAfter="{Time(facts.Until)}">
              <saml:AudienceRestriction><saml:Audience>{facts.Audience}</saml:Audience></saml:AudienceRestriction>
            </saml:Conditions>
            <saml:AuthnStatement AuthnInstant="{Time(facts.Now)}">
              <saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
            </saml:AuthnStatement>
            <saml:AttributeStatement>
              <saml:Attribute Name="groups"><saml:AttributeValue>{facts.Group}</saml:AttributeValue></saml:Attribute>
            </saml:AttributeStatement>
          </saml:Assertion>
        </samlp:Response>
        """);

    public static XmlDocument Parse(string xml)
    {
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(xml);
        return document;
    }

    /// <summary>With its assertion signed.</summary>
    public static XmlDocument Signed(SamlFacts facts, X509Certificate2? by = null) => Sign(Response(facts), "Assertion", by);

    /// <summary>Signs the element of this name, and puts the signature where it belongs.</summary>
    public static XmlDocument Sign(XmlDocument document, string name, X509Certificate2? by = null, Action<SignedXml, Reference>? spoil = null)
    {
        var element = Find(document, name);
        var signed = new SignedXml(document);
        using var rsa = (by ?? Certificate).GetRSAPrivateKey();
        using var curve = (by ?? Certificate).GetECDsaPrivateKey();
        signed.SigningKey = (AsymmetricAlgorithm?)rsa ?? curve;
        signed.SignedInfo!.CanonicalizationMethod = SignedXml.XmlDsigExcC14NTransformUrl;
        signed.SignedInfo.SignatureMethod = SignedXml.XmlDsigRSASHA256Url;
        var reference = new Reference("#" + element.GetAttribute("ID")) { DigestMethod = SignedXml.XmlDsigSHA256Url };
        reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
        reference.AddTransform(new XmlDsigExcC14NTransform());
        spoil?.Invoke(signed, reference);
        signed.AddReference(reference);
        signed.KeyInfo = new KeyInfo();
        signed.KeyInfo.AddClause(new KeyInfoX509Data(by ?? Certificate));
        lock (Gate)
            signed.ComputeSignature();
        element.InsertAfter(document.ImportNode(signed.GetXml(), true), element["Issuer", Assertion]);
        return document;
    }

    public static XmlElement Find(XmlNode node, string name) => node.SelectNodes($"//*[local-name()='{name}']")!.OfType<XmlElement>().First();

    private static string Destination(SamlFacts facts) => facts.Destination is { } to ? $" Destination=\"{to}\"" : "";

    private static string Time(DateTimeOffset at) => XmlConvert.ToString(at.UtcDateTime, "yyyy-MM-ddTHH:mm:ssZ");
}
