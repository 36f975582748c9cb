using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Hub.Webhooks.Events;

/// <summary>
/// Writes JSON as its sender wrote it. The usual way reads and writes each text again, and refuses halves of surrogate pairs and what nests deeper than 64.
/// Bytes that are no UTF-8 become U+FFFD.
/// </summary>
internal sealed class AsSentConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        var sent = JsonMarshal.GetRawUtf8Value(value);
        writer.WriteRawValue(Utf8.IsValid(sent) ? sent : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(sent)), skipInputValidation: true);
    }
}
