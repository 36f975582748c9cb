using System.Text;
using System.Xml;
using Hub.Integrations.Scopes;
using Hub.Integrations.Sso.Saml;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso;

/// <summary>
/// What a SAML provider has to know of this hub (SAML 2.0 Metadata, section 2.4.4). It is needed before anything is set up here, and holds only
/// addresses: it is the same whether or not there is such a tenant.
/// </summary>
internal static class ShowMetadata
{
    public static void Map(IEndpointRouteBuilder group)
    {
        Describe(group.MapGet("/{slug}/metadata", (string slug, HttpContext context, PublicAddress address) =>
            Slug.IsValid(slug) ? Metadata(SsoWay.Of(context, address), slug, 0) : throw new NotFoundException("That is no short name of a tenant.")));
        Describe(group.MapGet("/metadata", ([FromQuery(Name = "integration_id")] long integrationId, HttpContext context, PublicAddress address) =>
            Metadata(SsoWay.Of(context, address), null, integrationId)));
    }

    private static void Describe(RouteHandlerBuilder route) => route
        .Produces(StatusCodes.Status200OK, contentType: "application/samlmetadata+xml")
        .WithSummary("SAML metadata of this hub");

    private static ContentHttpResult Metadata(SsoWay way, string? slug, long integrationId)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            xml.WriteStartElement("md", "EntityDescriptor", SamlNames.Metadata);
            xml.WriteAttributeString("entityID", way.EntityIdOf(slug, integrationId));
            xml.WriteStartElement("md", "SPSSODescriptor", SamlNames.Metadata);
            xml.WriteAttributeString("AuthnRequestsSigned", "false");
            xml.WriteAttributeString("WantAssertionsSigned", "true");
            xml.WriteAttributeString("protocolSupportEnumeration", SamlNames.Protocol);
            xml.WriteElementString("md", "NameIDFormat", SamlNames.Metadata, SamlNames.EmailFormat);
            xml.WriteStartElement("md", "AssertionConsumerService", SamlNames.Metadata);
            xml.WriteAttributeString("Binding", SamlNames.PostBinding);
            xml.WriteAttributeString("Location", way.Acs);
            xml.WriteAttributeString("index", "0");
            xml.WriteAttributeString("isDefault", "true");
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return TypedResults.Content(text.ToString(), "application/samlmetadata+xml", Encoding.UTF8);
    }
}
