using System.Globalization;
using System.Security.Cryptography;
using Hub.SharedKernel.Secrets;

namespace Hub.Webhooks.Endpoints;

/// <summary>Signing secrets of endpoints, in the form of Standard Webhooks: <c>whsec_</c> and 24 to 64 random bytes in base64.</summary>
internal sealed class EndpointSecrets(SecretProtector protector)
{
    public const string Prefix = "whsec_";
    public const string Field = "secret";
    private const int Length = 32;

    /// <summary>How long the secret before is still signed with.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));

    /// <returns>The key; null for what is no such secret.</returns>
    public static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length) && length is >= 24 and <= 64 ? bytes[..length] : null;
    }

    public static string OwnerOf(long endpointId) => string.Create(CultureInfo.InvariantCulture, $"webhook-endpoint:{endpointId}");

    public string Seal(long endpointId, string secret) => protector.Protect(OwnerOf(endpointId), Field, secret);

    /// <returns>Null when it cannot be decrypted any more.</returns>
    public string? Open(long endpointId, string stored) => protector.TryUnprotect(OwnerOf(endpointId), Field, stored);
}
