using System.Globalization;
using System.Security.Cryptography;
using Hub.SharedKernel.Cryptography;
using Hub.SharedKernel.Secrets;

namespace Hub.Webhooks.Endpoints;

/// <summary>
/// Signing secrets of endpoints, in the form of Standard Webhooks: <c>whsec_</c> and 24 to 64 random bytes in base64 for HMAC; <c>whsk_</c> and the seed and
/// public key (32 bytes each) for ed25519, whose receivers have <c>whpk_</c> and the public key.
/// </summary>
internal sealed class EndpointSecrets(SecretProtector protector)
{
    public const string Prefix = "whsec_";
    public const string Field = "secret";
    public const string HmacKind = "hmac";
    public const string Ed25519Kind = "ed25519";
    private const string PrivatePrefix = "whsk_";
    private const string PublicPrefix = "whpk_";
    private const int Length = 32;

    /// <summary>How long the secret before is still signed with.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public static string New(string kind)
    {
        var random = RandomNumberGenerator.GetBytes(Length);
        return kind is Ed25519Kind
            ? PrivatePrefix + Convert.ToBase64String([.. random, .. Ed25519.PublicKey(random)])
            : Prefix + Convert.ToBase64String(random);
    }

    /// <returns>Null for a secret of HMAC, which has none.</returns>
    public static string? PublicKeyOf(string secret) => IsPrivate(secret) ? PublicPrefix + Convert.ToBase64String(PairOf(secret)[Length..]) : null;

    public static bool IsPrivate(string secret) => secret.StartsWith(PrivatePrefix, StringComparison.Ordinal);

    /// <returns>As it stands in <c>webhook-signature</c>.</returns>
    public static string Sign(string secret, byte[] content) => IsPrivate(secret)
        ? $"v1a,{Convert.ToBase64String(Ed25519.Sign(PairOf(secret)[..Length], content))}"
        : $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret)!, content))}";

    /// <returns>The key; null for what is no such secret.</returns>
    public static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length) && length is >= 24 and <= 64 ? bytes[..length] : null;
    }

    private static byte[] PairOf(string secret) => Convert.FromBase64String(secret[PrivatePrefix.Length..]);

    public static string OwnerOf(long endpointId) => string.Create(CultureInfo.InvariantCulture, $"webhook-endpoint:{endpointId}");

    public string Seal(long endpointId, string secret) => protector.Protect(OwnerOf(endpointId), Field, secret);

    /// <returns>Null when it cannot be decrypted any more.</returns>
    public string? Open(long endpointId, string stored) => protector.TryUnprotect(OwnerOf(endpointId), Field, stored);
}
