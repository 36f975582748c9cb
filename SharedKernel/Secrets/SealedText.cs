using System.Buffers.Text;

namespace Hub.SharedKernel.Secrets;

/// <summary>
/// What a ciphertext of Data Protection tells without being opened: which key made it. It is base64url of four fixed bytes, the key's 16 and the rest, so
/// its first <see cref="PrefixLength"/> characters depend on the key alone.
/// </summary>
public static class SealedText
{
    public const int PrefixLength = 26;
    private const int KeyLength = 16;
    private static readonly byte[] Magic = [0x09, 0xf0, 0xc9, 0xf0];

    /// <summary>How every ciphertext made with this key begins.</summary>
    public static string PrefixOf(Guid keyId) => Base64Url.EncodeToString([.. Magic, .. keyId.ToByteArray()])[..PrefixLength];

    /// <summary>The key that made a ciphertext; null for a text that is none.</summary>
    public static Guid? KeyOf(string sealedText)
    {
        // 28 characters are the 21 bytes that hold both.
        Span<byte> head = stackalloc byte[21];
        return sealedText.Length >= 28 && Base64Url.TryDecodeFromChars(sealedText.AsSpan(0, 28), head, out _) && head[..Magic.Length].SequenceEqual(Magic)
            ? new Guid(head.Slice(Magic.Length, KeyLength))
            : null;
    }
}
