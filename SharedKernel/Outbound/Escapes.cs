using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Hub.SharedKernel.Outbound;

/// <summary>Reads one escape at the start of the span: writes what it means, answers how many bytes it takes; 0 when there is none.</summary>
internal delegate int Escape(ReadOnlySpan<byte> at, Span<byte> output, out int written);

/// <summary>The escapes of URLs, forms, JSON and HTML.</summary>
internal static class Escapes
{
    private static readonly Dictionary<string, char> Entities = new() { ["amp"] = '&', ["lt"] = '<', ["gt"] = '>', ["quot"] = '"', ["apos"] = '\'' };

    public static int Percent(ReadOnlySpan<byte> at, Span<byte> output, out int written)
    {
        written = 0;
        if (at.Length < 3 || at[0] != '%' || !Hex(at.Slice(1, 2), out var value))
            return 0;
        output[0] = (byte)value;
        written = 1;
        return 3;
    }

    public static int Form(ReadOnlySpan<byte> at, Span<byte> output, out int written)
    {
        if (at[0] != '+')
            return Percent(at, output, out written);
        output[0] = (byte)' ';
        written = 1;
        return 1;
    }

    public static int Json(ReadOnlySpan<byte> at, Span<byte> output, out int written)
    {
        written = 0;
        if (at.Length < 2 || at[0] != '\\')
            return 0;
        if (at[1] != 'u')
            return at[1] > '~' ? 0 : Write(Named(at[1]), 2, output, out written);
        if (at.Length < 6 || !Hex(at.Slice(2, 4), out var high))
            return 0;
        if (at.Length >= 12 && at[6..8].SequenceEqual("\\u"u8) && Hex(at.Slice(8, 4), out var low)
            && Rune.TryCreate((char)high, (char)low, out var pair))
            return Write(pair, 12, output, out written);
        return Write(Rune.TryCreate((char)high, out var rune) ? rune : Rune.ReplacementChar, 6, output, out written);
    }

    public static int Html(ReadOnlySpan<byte> at, Span<byte> output, out int written)
    {
        written = 0;
        var end = at[0] == '&' ? at[..Math.Min(at.Length, 12)].IndexOf((byte)';') : -1;
        if (end < 2)
            return 0;
        var name = Encoding.Latin1.GetString(at[1..end]);
        if (Entities.TryGetValue(name, out var known))
            return Write(new Rune(known), end + 1, output, out written);
        var hex = name.StartsWith("#x", StringComparison.OrdinalIgnoreCase);
        return name[0] == '#'
            && int.TryParse(name.AsSpan(hex ? 2 : 1), hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, null, out var number)
            && Rune.TryCreate(number, out var rune) ? Write(rune, end + 1, output, out written) : 0;
    }

    private static Rune Named(byte letter) => (Rune)(letter switch
    {
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        _ => (char)letter,
    });

    private static int Write(Rune rune, int used, Span<byte> output, out int written)
    {
        written = rune.EncodeToUtf8(output);
        return used;
    }

    private static bool Hex(ReadOnlySpan<byte> digits, out int value) =>
        Utf8Parser.TryParse(digits, out value, out var used, 'x') && used == digits.Length;
}
