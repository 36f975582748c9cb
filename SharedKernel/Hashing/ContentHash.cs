using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hub.SharedKernel.Hashing;

/// <summary>
/// SHA-256 over a canonical form of a JSON value: object members sorted by ordinal name, numbers in shortest form, strings in Unicode form C,
/// no white space. Two values that mean the same hash the same, whatever order or spelling the provider chose today.
/// </summary>
public static class ContentHash
{
    public static byte[] Of(JsonElement value, IReadOnlySet<string>? ignoredMembers = null)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, value, ignoredMembers);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, IReadOnlySet<string>? ignored)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (ignored?.Contains(member.Name) == true)
                        continue;
                    writer.WritePropertyName(member.Name.Normalize(NormalizationForm.FormC));
                    Write(writer, member.Value, ignored);
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
                writer.WriteStringValue(value.GetString()!.Normalize(NormalizationForm.FormC));
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

    // 1, 1.0 and 1e0 are one number; beyond decimal's range the double's shortest form stands in.
    private static void WriteNumber(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.TryGetDecimal(out var exact))
            writer.WriteNumberValue(exact / 1.000000000000000000000000000000000m);
        else
            writer.WriteNumberValue(value.GetDouble());
    }
}
