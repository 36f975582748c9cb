using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Hub.Sync.Jira;

/// <summary>Reads text out of Jira's JSON so that PostgreSQL can store it: without U+0000, and with U+FFFD for halves of surrogate pairs.</summary>
internal static class JiraText
{
    /// <summary>The value below a path of members; an undefined element when one of them is missing.</summary>
    public static JsonElement At(this JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
            if (value.ValueKind is not JsonValueKind.Object || !value.TryGetProperty(member, out value))
                return default;
        return value;
    }

    /// <summary>A string or number below a path of members as clean text; null when it is missing, null, empty or something else.</summary>
    public static string? Text(this JsonElement value, params ReadOnlySpan<string> path)
    {
        var found = value.At(path);
        return found.ValueKind switch
        {
            JsonValueKind.String => Clean(Decode(found)) is { Length: > 0 } text ? text : null,
            JsonValueKind.Number => found.GetRawText(),
            _ => null,
        };
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

    private static string Decode(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Escaped halves of surrogate pairs or bytes that are no UTF-8: the reader refuses the whole string, we keep what can be read.
            return Unescape(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)[1..^1]));
        }
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
