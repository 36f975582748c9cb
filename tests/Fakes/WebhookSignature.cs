using System.Security.Cryptography;
using System.Text;

namespace Hub.Fakes;

/// <summary>HMAC-SHA256 over the raw body with the UTF-8 secret, as <c>sha256=</c> and lower-case hex.</summary>
public static class WebhookSignature
{
    public static string Of(string secret, ReadOnlySpan<byte> body) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

#pragma warning disable CA5350 // Old senders add it; nobody should accept it.
    /// <summary>The old form, with SHA-1.</summary>
    public static string Sha1(string secret, ReadOnlySpan<byte> body) =>
        $"sha1={Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body))}";
#pragma warning restore CA5350
}
