using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Http;

namespace Hub.Schemas.Documents;

/// <summary>A schema document as it is written: what may be left out is nullable here and filled in by <see cref="ToSchema"/>.</summary>
internal sealed record SchemaDocument
{
    private const int LastInCatalogue = 10_000;
    public static readonly JsonElement Null = JsonElement.Parse("null");

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Category { get; init; }
    public required string PlatformName { get; init; }
    public required string IntegrationCategory { get; init; }
    public required string Description { get; init; }
    [JsonPropertyName("$schema")]
    public string? WrittenAgainst { get; init; }
    public string? DocsUrl { get; init; }
    public string? IconUrl { get; init; }
    public int? DisplayOrder { get; init; }
    public bool? Featured { get; init; }
    public IReadOnlyList<string>? Aliases { get; init; }
    public int? Version { get; init; }
    public JsonElement? Problem { get; init; }
    public JsonElement? Source { get; init; }
    public JsonElement? CreatedAt { get; init; }
    public JsonElement? UpdatedAt { get; init; }
    public IReadOnlyList<string>? Capabilities { get; init; }
    public required IReadOnlyList<SchemaField> Fields { get; init; }
    public JsonElement? Auth { get; init; }
    public JsonElement? Test { get; init; }
    public JsonElement? Webhook { get; init; }

    /// <param name="document">A document that <see cref="SchemaRules"/> found valid.</param>
    public static SchemaDocument Read(JsonElement document) => document.Deserialize<SchemaDocument>(HubJson.Options)!;

    public static SchemaDocument Read(Stream document) => JsonSerializer.Deserialize<SchemaDocument>(document, HubJson.Options)!;

    public IntegrationSchema ToSchema(string source, int version, DateTimeOffset createdAt, DateTimeOffset updatedAt) => new()
    {
        Id = Id,
        Name = Name,
        Category = Category,
        PlatformName = PlatformName,
        IntegrationCategory = IntegrationCategory,
        Description = Description,
        DocsUrl = DocsUrl,
        IconUrl = IconUrl ?? $"/icons/{Id}.svg",
        DisplayOrder = DisplayOrder ?? LastInCatalogue,
        Featured = Featured ?? false,
        Aliases = Aliases ?? [],
        Version = version,
        Source = source,
        Capabilities = Capabilities ?? [],
        Fields = Fields,
        Auth = Auth ?? Null,
        Test = Test ?? Null,
        Webhook = Webhook ?? Null,
        CreatedAt = createdAt,
        UpdatedAt = updatedAt,
    };
}
