using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Integrations.Sessions;

/// <summary>Unguessable texts that a browser holds: 32 random bytes. Stored only as their SHA-256, as keys are.</summary>
internal static class SessionToken
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
