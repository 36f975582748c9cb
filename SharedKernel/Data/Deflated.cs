using System.IO.Compression;

namespace Hub.SharedKernel.Data;

/// <summary>How bulky bytes are kept: as raw DEFLATE (RFC 1951), at the level that costs less time than writing what it saves.</summary>
public static class Deflated
{
    public static byte[] Of(ReadOnlySpan<byte> plain)
    {
        using var kept = new MemoryStream(plain.Length / 3 + 64);
        using (var deflate = new DeflateStream(kept, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(plain);
        return kept.ToArray();
    }

    /// <param name="kept">As <see cref="Of"/> made it.</param>
    /// <param name="size">Length of the plain bytes, where it was kept beside them.</param>
    public static byte[] Inflate(byte[] kept, int size)
    {
        var plain = new byte[size];
        using var inflate = Open(kept);
        inflate.ReadExactly(plain);
        return plain;
    }

    /// <inheritdoc cref="Inflate(byte[], int)"/>
    public static byte[] Inflate(byte[] kept)
    {
        using var plain = new MemoryStream();
        using (var inflate = Open(kept))
            inflate.CopyTo(plain);
        return plain.ToArray();
    }

    private static DeflateStream Open(byte[] kept) => new(new MemoryStream(kept), CompressionMode.Decompress);
}
