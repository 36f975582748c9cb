using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Integrations.OAuth;

/// <summary>Random texts of the flow, and the proof key for code exchange (RFC 7636, S256).</summary>
internal static class Pkce
{
    /// <summary>256 random bits, 43 characters: a state, or a verifier (RFC 7636, 4.1).</summary>
    public static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Challenge(string verifier) => Base64Url.EncodeToString(Hash(verifier));

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
