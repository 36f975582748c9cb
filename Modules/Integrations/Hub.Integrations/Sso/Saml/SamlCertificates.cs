using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Integrations.Sso.Saml;

/// <summary>The certificates that a provider's signatures are checked against, from PEM text.</summary>
internal static class SamlCertificates
{
    /// <exception cref="SsoRefusal">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<X509Certificate2> Read(string? pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw SsoRefusal.Misconfigured("x509_certificate cannot be read: it must be one or two certificates in PEM form.");
        }

        return certificates.Count > 0 ? [.. certificates] : throw SsoRefusal.Misconfigured("x509_certificate holds no certificate in PEM form.");
    }
}
