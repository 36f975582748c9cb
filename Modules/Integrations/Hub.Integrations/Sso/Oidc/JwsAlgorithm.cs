using System.Security.Cryptography;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>The signatures that count (RFC 7518, section 3.1). No <c>none</c>, and no HS*: a public key must never serve as a shared secret.</summary>
/// <param name="Name">As the token's header says it.</param>
/// <param name="KeyType">Of the keys that make it.</param>
/// <param name="Hash">Also that of at_hash.</param>
/// <param name="Padding">Of RSA; null for an elliptic curve.</param>
internal sealed record JwsAlgorithm(string Name, string KeyType, HashAlgorithmName Hash, RSASignaturePadding? Padding)
{
    private static readonly JwsAlgorithm[] Known =
    [
        new("RS256", "RSA", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        new("RS384", "RSA", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        new("RS512", "RSA", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        new("PS256", "RSA", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        new("ES256", "EC", HashAlgorithmName.SHA256, null),
    ];

    public static JwsAlgorithm? Named(string? name) => Known.FirstOrDefault(algorithm => algorithm.Name == name);
}
