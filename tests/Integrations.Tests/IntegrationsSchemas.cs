using System.Text.Json;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Tests;

/// <summary>Schemas made by hand, so that these tests judge the rules and not the catalogue.</summary>
internal static class IntegrationsSchemas
{
    public static IntegrationSchema Of(params SchemaField[] fields) => new()
    {
        Id = "sample", Name = "Sample", Category = "ticketing", PlatformName = "sample", IntegrationCategory = "ticketing", Description = "", DocsUrl = null,
        IconUrl = "/icons/sample.svg", DisplayOrder = 1, Featured = false, Aliases = [], Version = 1, Source = "builtin", Capabilities = [], Fields = fields,
        Auth = JsonElement.Parse("{}"), Test = JsonElement.Parse("{}"), Webhook = JsonElement.Parse("null"),
        CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    public static SchemaField Field(string name, FieldType type, bool required = false) => new() { Name = name, Label = name, Type = type, Required = required };

    public static Dictionary<string, JsonElement> Given(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
