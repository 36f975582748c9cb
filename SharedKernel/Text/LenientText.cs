using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Hub.SharedKernel.Text;

/// <summary>Reads any text of JSON so that PostgreSQL can store it: without U+0000, and with U+FFFD for halves of surrogate pairs. Never refuses one.</summary>
public static class LenientText
{
    /// <param name="value">A JSON string.</param>
    public static string Of(JsonElement value)
    {
        try
        {
            return Clean(value.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Escaped halves of surrogate pairs or bytes that are no UTF-8: the reader refuses the whole string, we keep what can be read.
            return Clean(Unescape(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)[1..^1])));
        }
    }

    /// <summary>A member's name, read likewise.</summary>
    public static string NameOf(JsonProperty member)
    {
        try
        {
            return Clean(member.Name);
        }
        catch (InvalidOperationException)
        {
            return Clean(Unescape(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member))));
        }
    }

    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOf('\0') < 0 && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return text;
        var clean = new StringBuilder(text.Length);
        // Enumerating runes puts U+FFFD where half of a surrogate pair stands alone.
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value != 0)
                clean.Append(rune.ToString());
        return clean.ToString();
    }

    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)int.Parse(raw.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
        }

        return text.ToString();
    }
}
