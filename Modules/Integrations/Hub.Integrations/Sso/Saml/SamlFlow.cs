using System.IO.Compression;
using System.Text;
using System.Xml;
using Hub.Integrations.Sessions;

namespace Hub.Integrations.Sso.Saml;

/// <summary>SAML 2.0 sign-in that this hub asks for: the request goes by redirect, the response comes as a form (Web Browser SSO profile).</summary>
internal sealed class SamlFlow(TimeProvider time)
{
    /// <returns>Where the browser goes to sign in: the request deflated in the query (Bindings, section 3.4).</returns>
    public string Start(SsoPlace place, string state, string requestId, SsoWay way)
    {
        var service = place.Settings.Address("sso_url");
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(Encoding.UTF8.GetBytes(Request(place, requestId, service, way)));
        return service.With(("SAMLRequest", Convert.ToBase64String(packed.ToArray())), ("RelayState", state));
    }

    /// <returns>Who it was, and the statement that says so.</returns>
    /// <exception cref="SsoRefusal">It is not to be believed, or nobody may come in.</exception>
    public (SsoPerson Person, SamlStatement Statement) Finish(SsoPlace place, string response, string requestId, SsoWay way)
    {
        var settings = place.Settings;
        var issuer = settings.Required("entity_id");
        var document = SamlDocument.Read(Decoded(response));
        var wholeIsSigned = SamlSignature.Require(document, SamlCertificates.Read(settings.Text("x509_certificate")));
        var rules = new SamlRules(issuer, way.Acs, way.EntityIdOf(place.Slug, place.Row.Id), requestId);
        var statement = rules.Check(document, wholeIsSigned, time.GetUtcNow());
        var claims = Claims.Of(statement.Attributes);
        var email = claims.One(settings.Text("email_claim") ?? "email") ?? (statement.Format is SamlNames.EmailFormat ? statement.NameId : null);
        // A transient name is another one every time.
        var subject = statement.Format is not SamlNames.TransientFormat ? statement.NameId
            : email ?? throw SsoRefusal.Invalid("The NameID is transient and there is no e-mail address: the user cannot be told from others.");
        return (SsoPerson.Admit(settings, SessionMethod.Saml, issuer, subject, email, claims), statement);
    }

    private static byte[] Decoded(string response)
    {
        try
        {
            return Convert.FromBase64String(response);
        }
        catch (FormatException)
        {
            throw SsoRefusal.Invalid("The SAML response is not base64.");
        }
    }

    private string Request(SsoPlace place, string requestId, Uri service, SsoWay way)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("samlp", "AuthnRequest", SamlNames.Protocol);
            xml.WriteAttributeString("ID", requestId);
            xml.WriteAttributeString("Version", "2.0");
            xml.WriteAttributeString("IssueInstant", XmlConvert.ToString(time.GetUtcNow().UtcDateTime, "yyyy-MM-ddTHH:mm:ssZ"));
            xml.WriteAttributeString("Destination", service.AbsoluteUri);
            xml.WriteAttributeString("AssertionConsumerServiceURL", way.Acs);
            xml.WriteAttributeString("ProtocolBinding", SamlNames.PostBinding);
            xml.WriteElementString("saml", "Issuer", SamlNames.Assertion, way.EntityIdOf(place.Slug, place.Row.Id));
            if (SamlNames.NameIdFormat(place.Settings.Text("name_id_format")) is { } format)
            {
                xml.WriteStartElement("samlp", "NameIDPolicy", SamlNames.Protocol);
                xml.WriteAttributeString("Format", format);
                xml.WriteAttributeString("AllowCreate", "true");
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return text.ToString();
    }
}
