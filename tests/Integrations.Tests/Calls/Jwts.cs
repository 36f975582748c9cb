using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.Integrations.Tests.Calls;

/// <summary>Looks at tokens as their receiver would: by the public key.</summary>
internal static class Jwts
{
    /// <summary>A key pair made for this run.</summary>
    public static RSA Key { get; } = RSA.Create(2048);

    /// <returns>Header and claims of a token that the key signed.</returns>
    public static (JsonElement Header, JsonElement Claims) Verified(string jwt, RSA key)
    {
        var parts = jwt.Split('.');
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            throw new CryptographicException("The signature does not verify.");
        return (JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])), JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])));
    }
}
