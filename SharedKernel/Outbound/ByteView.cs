using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>Bytes read from a text in some way, each with the stretch of the text (from, to exclusive) that it was read from.</summary>
internal sealed class ByteView(int capacity)
{
    private byte[] bytes = new byte[capacity];
    private (int From, int To)[] origins = new (int, int)[capacity];

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, Length);

    public int Length { get; private set; }

    public static ByteView Of(string text)
    {
        var view = new ByteView(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used);
            view.Add(utf8[..rune.EncodeToUtf8(utf8)], (at, at + used));
            at += used;
        }

        return view;
    }

    /// <summary>The stretch of the text behind some of the bytes.</summary>
    public (int From, int To) Origin(int start, int length)
    {
        var (from, to) = origins[start];
        foreach (var origin in origins.AsSpan(start + 1, length - 1))
            (from, to) = (Math.Min(from, origin.From), Math.Max(to, origin.To));
        return (from, to);
    }

    public void Add(ReadOnlySpan<byte> read, (int From, int To) origin)
    {
        foreach (var one in read)
            Add(one, origin);
    }

    public void Add(byte read, (int From, int To) origin)
    {
        if (Length == bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(16, Length * 2));
            Array.Resize(ref origins, bytes.Length);
        }

        bytes[Length] = read;
        origins[Length++] = origin;
    }

    public void Copy(ByteView source, int index) => Add(source.bytes[index], source.origins[index]);
}
