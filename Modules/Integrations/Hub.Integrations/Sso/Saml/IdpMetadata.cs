using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml;

namespace Hub.Integrations.Sso.Saml;

/// <summary>What a provider says about itself (SAML 2.0 Metadata, section 2.4.3). Only compared with what is set: it is never trusted.</summary>
/// <param name="SignInAddresses">Of its single sign-on service.</param>
/// <param name="Certificates">That it signs with; those that cannot be read are left out.</param>
internal sealed record IdpMetadata(IReadOnlyList<string> SignInAddresses, IReadOnlyList<X509Certificate2> Certificates)
{
    /// <exception cref="SsoRefusal">It is no metadata, or of another provider.</exception>
    public static IdpMetadata Read(byte[] bytes, string entityId)
    {
        var everything = SamlXml.Read(bytes, SamlXml.MaxMetadata, allowComments: true).Everything().ToArray();
        var entities = everything.Where(element => element is { LocalName: "EntityDescriptor", NamespaceURI: SamlNames.Metadata }).ToArray();
        var entity = entities.FirstOrDefault(element => element.Attribute("entityID") == entityId)
            ?? throw SsoRefusal.Misconfigured(entities.Length == 0
                ? "metadata_url does not lead to SAML metadata."
                : $"The metadata is of {entities[0].Attribute("entityID")}, not of {entityId}: entity_id must be the same to the letter.");
        var role = entity.Children("IDPSSODescriptor", SamlNames.Metadata).FirstOrDefault()
            ?? throw SsoRefusal.Misconfigured($"{entityId} is no identity provider: its metadata has no IDPSSODescriptor.");
        return new IdpMetadata(
            [.. role.Children("SingleSignOnService", SamlNames.Metadata).Select(service => service.Attribute("Location")).OfType<string>()],
            [.. role.Children("KeyDescriptor", SamlNames.Metadata).Where(key => key.Attribute("use") is null or "signing")
                .SelectMany(key => key.Everything()).Where(element => element is { LocalName: "X509Certificate", NamespaceURI: SamlNames.Signature })
                .Select(Certificate).OfType<X509Certificate2>()]);
    }

    private static X509Certificate2? Certificate(XmlElement element)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(element.InnerText));
        }
        catch (Exception unreadable) when (unreadable is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
