using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.SharedKernel.Hashing;

/// <summary>
/// One spelling for all JSON that means the same: object members by ordinal name (of two with one name the last), numbers in shortest form, texts in
/// Unicode form C and without what no database keeps, times with an offset as instants in UTC, no white space. Any JSON can be written so, and jsonb
/// takes what was.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="value">Any value.</param>
    /// <param name="volatileMembers">Names of members that mean nothing wherever they stand, such as counters; they are left out.</param>
    public static string Text(JsonElement value, IReadOnlySet<string>? volatileMembers = null) =>
        Encoding.UTF8.GetString(Bytes(value, volatileMembers).WrittenSpan);

    internal static ArrayBufferWriter<byte> Bytes(JsonElement value, IReadOnlySet<string>? volatileMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
            Write(writer, value, volatileMembers);
        return buffer;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, IReadOnlySet<string>? ignored)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, member) in Members(value, ignored))
                {
                    writer.WritePropertyName(name);
                    Write(writer, member, ignored);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(writer, item, ignored);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                var text = Normal(LenientText.Of(value));
                writer.WriteStringValue(CanonicalTime.Of(text) ?? text);
                break;
            case JsonValueKind.Number:
                WriteNumber(writer, value);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(value.GetBoolean());
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static SortedDictionary<string, JsonElement> Members(JsonElement value, IReadOnlySet<string>? ignored)
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = Normal(LenientText.NameOf(member));
            if (ignored?.Contains(name) != true)
                members[name] = member.Value;
        }

        return members;
    }

    // What is beyond the range of a double is text to everybody who reads it.
    private static void WriteNumber(Utf8JsonWriter writer, JsonElement value)
    {
        var raw = value.GetRawText();
        if (CanonicalNumber.Of(raw) is { } number)
            writer.WriteRawValue(number, skipInputValidation: true);
        else
            writer.WriteStringValue(raw);
    }

    private static string Normal(string text) => text.IsNormalized() ? text : text.Normalize();
}
