using Rfc8032 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Hub.SharedKernel.Cryptography;

/// <summary>Signatures of RFC 8032, which .NET 10 lacks. A seed and a public key have 32 bytes, a signature 64.</summary>
public static class Ed25519
{
    public const int KeyLength = 32;
    public const int SignatureLength = 64;

    public static byte[] PublicKey(byte[] seed)
    {
        var key = new byte[KeyLength];
        Rfc8032.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    public static byte[] Sign(byte[] seed, byte[] content)
    {
        var signature = new byte[SignatureLength];
        Rfc8032.Sign(seed, 0, content, 0, content.Length, signature, 0);
        return signature;
    }

    /// <returns>False also for a key or signature that is none: of another length, no point of the curve, or not in its canonical form.</returns>
    public static bool Verify(byte[] publicKey, byte[] content, byte[] signature) =>
        publicKey.Length is KeyLength && signature.Length is SignatureLength && Rfc8032.Verify(signature, 0, publicKey, 0, content, 0, content.Length);
}
