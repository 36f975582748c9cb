using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.SharedKernel.Outbound;

/// <summary>Whose certificates one call accepts instead of those that the machine trusts. Such a call shares its connection with no other.</summary>
public sealed class TlsTrust
{
    private TlsTrust(X509Certificate2Collection? roots) => Certificates = roots;

    /// <summary>Any certificate, of anybody: encryption without knowing with whom. Only where a person chose it.</summary>
    public static TlsTrust Anything { get; } = new(null);

    /// <summary>Certificates that are issued for the host by one of these authorities, and no others.</summary>
    /// <param name="pem">One or more certificates in PEM form; a server's self-signed one stands for itself.</param>
    /// <exception cref="FormatException">There is none in it; the message is for people and quotes nothing.</exception>
    public static TlsTrust Roots(string pem)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem.Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (CryptographicException)
        {
            roots.Clear();
        }

        return roots.Count > 0 ? new TlsTrust(roots) : throw new FormatException("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
    }

    /// <summary>The authorities; null where nothing is checked.</summary>
    internal X509Certificate2Collection? Certificates { get; }

    public override string ToString() => Certificates is null ? "anything" : $"{Certificates.Count} roots";
}
