using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Integrations.Tests.Smtp;

/// <summary>Certificates that sign themselves, made once per run.</summary>
internal static class Certificates
{
    private static readonly Lazy<X509Certificate2> Own = new(() => Make("127.0.0.1"));
    private static readonly Lazy<X509Certificate2> Other = new(() => Make("mail.example.com"));

    /// <summary>For 127.0.0.1.</summary>
    public static X509Certificate2 Good => Own.Value;

    public static X509Certificate2 OfAnotherName => Other.Value;

    /// <summary>For Node: <c>key</c> and <c>cert</c> in PEM form.</summary>
    public static (string Key, string Cert) Pem(X509Certificate2 certificate) =>
        (certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem());

    private static X509Certificate2 Make(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
