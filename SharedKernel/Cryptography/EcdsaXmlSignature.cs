using System.Security.Cryptography;

namespace Hub.SharedKernel.Cryptography;

/// <summary>
/// ECDSA for XML signatures (RFC 9231, section 2.3.6), which the framework does not know by itself. Verifies only. Public, because the framework
/// makes its algorithms by name from outside.
/// </summary>
public abstract class EcdsaXmlSignature : SignatureDescription
{
    private static readonly (string Name, Type Type)[] Known =
    [
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", typeof(EcdsaSha256XmlSignature)),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", typeof(EcdsaSha384XmlSignature)),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", typeof(EcdsaSha512XmlSignature)),
    ];

    private readonly HashAlgorithmName hash;

    protected EcdsaXmlSignature(HashAlgorithmName hash)
    {
        this.hash = hash;
        KeyAlgorithm = typeof(ECDsa).AssemblyQualifiedName;
    }

    /// <summary>Makes the framework know them, in the whole process.</summary>
    public static void Register()
    {
        foreach (var (name, type) in Known)
            CryptoConfig.AddAlgorithm(type, name);
    }

    public override HashAlgorithm CreateDigest() => hash.Name switch
    {
        "SHA256" => SHA256.Create(),
        "SHA384" => SHA384.Create(),
        _ => SHA512.Create(),
    };

    public override AsymmetricSignatureDeformatter CreateDeformatter(AsymmetricAlgorithm key) => new Verifier((ECDsa)key);

    private sealed class Verifier(ECDsa key) : AsymmetricSignatureDeformatter
    {
        public override void SetHashAlgorithm(string strName) { }

        public override void SetKey(AsymmetricAlgorithm key) { }

        public override bool VerifySignature(byte[] rgbHash, byte[] rgbSignature) =>
            key.VerifyHash(rgbHash, rgbSignature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}

public sealed class EcdsaSha256XmlSignature() : EcdsaXmlSignature(HashAlgorithmName.SHA256);

public sealed class EcdsaSha384XmlSignature() : EcdsaXmlSignature(HashAlgorithmName.SHA384);

public sealed class EcdsaSha512XmlSignature() : EcdsaXmlSignature(HashAlgorithmName.SHA512);
