using System.Runtime.CompilerServices;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Connectors;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Mapping;

/// <summary>Applies changed field mappings to issues as they are stored.</summary>
internal sealed class JiraMapping : IRecordMapping
{
    private readonly ConditionalWeakTable<Connection, FieldMappings> known = [];

    public string Provider => "jira";

    public byte[] MappingHash(Connection connection) => Of(connection).Hash ?? [];

    public JsonElement Fields(Connection connection, JsonElement raw) => Of(connection).Apply(raw.At("fields")).Fields;

    private FieldMappings Of(Connection connection) => known.GetValue(connection, FieldMappings.Of);
}
