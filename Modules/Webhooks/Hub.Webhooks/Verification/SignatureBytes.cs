using System.Buffers;

namespace Hub.Webhooks.Verification;

/// <summary>Reads keys and signatures that came as text. What is none is null, never an exception.</summary>
internal static class SignatureBytes
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <param name="text">As it came.</param>
    /// <param name="encoding"><c>hex</c> (lower case only) or <c>base64</c>.</param>
    public static byte[]? Of(string text, string encoding) => encoding switch
    {
        "base64" => FromBase64(text),
        "hex" => FromHex(text),
        _ => null,
    };

    public static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static byte[]? FromHex(string text)
    {
        if (text.Length % 2 != 0 || text.AsSpan().ContainsAnyExcept(LowerHex))
            return null;
        return Convert.FromHexString(text);
    }
}
