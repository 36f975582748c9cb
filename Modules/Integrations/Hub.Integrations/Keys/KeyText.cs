using System.Security.Cryptography;
using System.Text;

namespace Hub.Integrations.Keys;

/// <summary>
/// The text of an API key: <c>hub_</c> and 32 random bytes in base 62, 47 characters in all. Stored only as its SHA-256: 256 random bits need no slow
/// hash, and looking a hash up tells an attacker's clock nothing about the text.
/// </summary>
internal static class KeyText
{
    public const string Start = "hub_";
    public const int Length = 47;
    private const int ShownOfOurs = 12;
    private const int ShownOfOthers = 4;

    public static string Generate() => Start + Base62.Encode(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>What may be shown of it. A key that an operator thought up may be short: less of it is given away.</summary>
    public static string Prefix(string text) =>
        text[..(text.Length == Length && text.StartsWith(Start, StringComparison.Ordinal) ? ShownOfOurs : ShownOfOthers)];
}
