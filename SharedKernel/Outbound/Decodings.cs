namespace Hub.SharedKernel.Outbound;

/// <summary>Everything that a text may mean: itself, and what escapes, base64 (any alignment and dialect) and hex make of it.</summary>
internal static class Decodings
{
    private const byte Gap = 0xff;

    private static readonly Func<ByteView, ByteView?>[] All =
    [
        source => Unescaped(source, Escapes.Percent),
        source => Unescaped(source, Escapes.Form),
        source => Unescaped(source, Escapes.Json),
        source => Unescaped(source, Escapes.Html),
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

    private static ByteView? Unescaped(ByteView source, Escape escape)
    {
        var view = new ByteView();
        var changed = false;
        Span<byte> output = stackalloc byte[4];
        for (var at = 0; at < source.Length;)
        {
            var used = escape(source.Bytes[at..], output, out var written);
            if (used == 0)
            {
                view.Copy(source, at++);
                continue;
            }

            var (from, to) = source.Origin(at, used);
            view.Add(output[..written], from, to);
            changed = true;
            at += used;
        }

        return changed ? view : null;
    }

    // Whatever precedes a secret inside base64 shifts it, so each run is read from each of its possible starts.
    private static ByteView? Digits(ByteView source, Func<byte, int> value, int bits, int skip)
    {
        const int shortest = 6;
        var view = new ByteView();
        for (var at = 0; at < source.Length; at++)
        {
            var start = at;
            var run = new List<byte>();
            for (; at < source.Length && (value(source[at]) >= 0 || (run.Count > 0 && source[at] is (byte)'\r' or (byte)'\n')); at++)
                if (value(source[at]) is >= 0 and var digit)
                    run.Add((byte)digit);
            if (run.Count < shortest)
                continue;
            while (at < source.Length && source[at] == '=')
                at++;
            var (from, to) = source.Origin(start, at - start);
            view.Add(Packed(run.Skip(skip), bits), from, to);
            view.Add([Gap], from, to);
        }

        return view.Length > 0 ? view : null;
    }

    private static byte[] Packed(IEnumerable<byte> digits, int bits)
    {
        var packed = new List<byte>();
        var (held, have) = (0, 0);
        foreach (var digit in digits)
        {
            (held, have) = (((held << bits) | digit) & 0xffff, have + bits);
            if (have < 8)
                continue;
            have -= 8;
            packed.Add((byte)(held >> have));
        }

        return [.. packed];
    }

    private static int Base64(byte symbol) => symbol switch
    {
        >= (byte)'A' and <= (byte)'Z' => symbol - 'A',
        >= (byte)'a' and <= (byte)'z' => symbol - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => symbol - '0' + 52,
        (byte)'+' or (byte)'-' => 62,
        (byte)'/' or (byte)'_' => 63,
        _ => -1,
    };

    private static int Hex(byte symbol) => char.IsAsciiHexDigit((char)symbol) ? Convert.ToInt32(((char)symbol).ToString(), 16) : -1;
}
