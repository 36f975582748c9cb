using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Integrations.Contracts;

namespace Hub.Sync.Jira.Mapping;

/// <summary>
/// All field mappings of an integration. A value that does not fit its transform becomes null and is counted: no value of Jira makes a ticket fail.
/// </summary>
internal sealed class FieldMappings
{
    // Goes up when the same mapping makes other fields than before.
    private const int Version = 1;
    public static readonly FieldMappings None = new([]);
    private readonly IReadOnlyList<FieldMapping> mappings;

    private FieldMappings(IReadOnlyList<FieldMapping> mappings)
    {
        this.mappings = mappings;
        Hash = mappings.Count == 0 ? null : SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{Version}\n" + string.Join('\n', mappings.Select(mapping => $"{mapping.Target}\t{mapping.Source}\t{mapping.Transform}"))));
    }

    /// <summary>Names what the mappings do, whatever form and order they were written in; null without any.</summary>
    public byte[]? Hash { get; }

    public static FieldMappings Of(Connection connection) => connection.Settings.TryGetValue("field_mappings", out var setting) ? Of(setting) : None;

    /// <param name="setting">Any JSON: what is no mapping is left out.</param>
    public static FieldMappings Of(JsonElement setting) => new(FieldMapping.ReadAll(setting));

    /// <param name="fields">The <c>fields</c> of an issue.</param>
    public MappedFields Apply(JsonElement fields)
    {
        if (mappings.Count == 0)
            return MappedFields.Empty;
        var misfits = new List<string>();
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var mapping in mappings)
            {
                json.WritePropertyName(mapping.Target);
                var found = SourceValue.Find(fields, mapping.Path);
                if (found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
                    json.WriteNullValue();
                else if (MappedValue.Of(found, mapping.Transform) is { } value)
                    value.WriteTo(json);
                else
                {
                    json.WriteNullValue();
                    if (!MappedValue.IsEmpty(found))
                        misfits.Add(mapping.Target);
                }
            }

            json.WriteEndObject();
        }

        return new MappedFields(JsonElement.Parse(buffer.WrittenSpan), misfits);
    }
}

/// <param name="Fields">An object with every target.</param>
/// <param name="Misfits">Targets whose values did not fit.</param>
internal sealed record MappedFields(JsonElement Fields, IReadOnlyList<string> Misfits)
{
    public static readonly MappedFields Empty = new(JsonElement.Parse("{}"), []);
}
