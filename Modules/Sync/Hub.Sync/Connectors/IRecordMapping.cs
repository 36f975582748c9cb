using System.Text.Json;
using Hub.Integrations.Contracts;

namespace Hub.Sync.Connectors;

/// <summary>
/// Makes the mapped fields of a ticket from the provider's record as it was stored, without asking the provider: a changed mapping is applied to what
/// is there already.
/// </summary>
internal interface IRecordMapping
{
    /// <summary>Whose records it reads, such as <c>jira</c>.</summary>
    string Provider { get; }

    /// <summary>
    /// Names the mapping that the integration has now; the same for two mappings that make the same fields of every record, empty without any.
    /// </summary>
    byte[] MappingHash(Connection connection);

    /// <summary>The fields, an object; empty without a mapping. Never throws for what a record may hold.</summary>
    JsonElement Fields(Connection connection, JsonElement raw);
}
