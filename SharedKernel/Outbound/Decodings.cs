using System.Buffers;
using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>Everything that a text may mean: itself, and what escapes, base64 (any alignment and dialect) and hex make of it.</summary>
internal static class Decodings
{
    private const byte Gap = 0xff;
    private const byte None = 0xff;
    private const int ShortestRun = 6;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly byte[] Base64 = Values(Letters + "+/", Letters + "-_");
    private static readonly byte[] Hex = Values("0123456789ABCDEF", "0123456789abcdef");

    private static readonly Func<ByteView, ByteView?>[] All =
    [
        Unescape(Escapes.Percent, "%"),
        Unescape(Escapes.Form, "%+"),
        Unescape(Escapes.Json, "\\"),
        Unescape(Escapes.Html, "&"),
        .. Enumerable.Range(0, 4).Select(skip => (Func<ByteView, ByteView?>)(source => Digits(source, Base64, 6, skip))),
        .. Enumerable.Range(0, 2).Select(skip => (Func<ByteView, ByteView?>)(source => Digits(source, Hex, 4, skip))),
    ];

    /// <summary>The text itself and what one or two decodings in a row make of it.</summary>
    public static IEnumerable<ByteView> Views(string text)
    {
        var plain = ByteView.Of(text);
        yield return plain;
        foreach (var once in Decoded(plain))
        {
            yield return once;
            foreach (var twice in Decoded(once))
                yield return twice;
        }
    }

    private static IEnumerable<ByteView> Decoded(ByteView source) => All.Select(decode => decode(source)).OfType<ByteView>();

    private static Func<ByteView, ByteView?> Unescape(Escape escape, string starts)
    {
        var marks = SearchValues.Create(Encoding.ASCII.GetBytes(starts));
        return source => Unescaped(source, escape, marks);
    }

    private static ByteView? Unescaped(ByteView source, Escape escape, SearchValues<byte> starts)
    {
        var bytes = source.Bytes;
        if (!bytes.ContainsAny(starts))
            return null;
        var view = new ByteView(bytes.Length);
        Span<byte> output = stackalloc byte[4];
        for (var at = 0; at < bytes.Length;)
        {
            if (starts.Contains(bytes[at]) && escape(bytes[at..], output, out var written) is > 0 and var used)
            {
                view.Add(output[..written], source.Origin(at, used));
                at += used;
            }
            else
            {
                view.Copy(source, at++);
            }
        }

        return view;
    }

    // Whatever precedes a secret inside base64 shifts it, so each run is read from each of its possible starts.
    private static ByteView? Digits(ByteView source, byte[] values, int bits, int skip)
    {
        var bytes = source.Bytes;
        ByteView? view = null;
        for (var at = 0; at < bytes.Length; at++)
        {
            var (start, digits) = (at, 0);
            for (; at < bytes.Length && (values[bytes[at]] != None || (digits > 0 && bytes[at] is (byte)'\r' or (byte)'\n')); at++)
                digits += values[bytes[at]] != None ? 1 : 0;
            if (digits < ShortestRun)
                continue;
            var run = bytes[start..at];
            while (at < bytes.Length && bytes[at] == '=')
                at++;
            Pack(run, values, bits, skip, view ??= new(bytes.Length), source.Origin(start, at - start));
        }

        return view;
    }

    private static void Pack(ReadOnlySpan<byte> run, byte[] values, int bits, int skip, ByteView view, (int From, int To) origin)
    {
        var (held, have) = (0, 0);
        foreach (var symbol in run)
        {
            if (values[symbol] == None || skip-- > 0)
                continue;
            (held, have) = (((held << bits) | values[symbol]) & 0xffff, have + bits);
            if (have < 8)
                continue;
            have -= 8;
            view.Add((byte)(held >> have), origin);
        }

        view.Add(Gap, origin);
    }

    private static byte[] Values(params string[] alphabets)
    {
        var values = new byte[256];
        Array.Fill(values, None);
        foreach (var alphabet in alphabets)
            for (var value = 0; value < alphabet.Length; value++)
                values[alphabet[value]] = (byte)value;
        return values;
    }
}
