using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>Bytes read from a text in some way, each with the stretch of the text (from, to exclusive) that it was read from.</summary>
internal sealed class ByteView
{
    private readonly List<byte> bytes = [];
    private readonly List<(int From, int To)> origins = [];

    public int Length => bytes.Count;

    public byte this[int index] => bytes[index];

    public ReadOnlySpan<byte> Bytes => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);

    public static ByteView Of(string text)
    {
        var view = new ByteView();
        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used);
            view.Add(utf8[..rune.EncodeToUtf8(utf8)], at, at + used);
            at += used;
        }

        return view;
    }

    /// <summary>The stretch of the text behind some of the bytes.</summary>
    public (int From, int To) Origin(int start, int length)
    {
        var (from, to) = origins[start];
        for (var index = start + 1; index < start + length; index++)
            (from, to) = (Math.Min(from, origins[index].From), Math.Max(to, origins[index].To));
        return (from, to);
    }

    public void Add(ReadOnlySpan<byte> read, int from, int to)
    {
        foreach (var one in read)
        {
            bytes.Add(one);
            origins.Add((from, to));
        }
    }

    public void Copy(ByteView source, int index)
    {
        bytes.Add(source.bytes[index]);
        origins.Add(source.origins[index]);
    }
}
