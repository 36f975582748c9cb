using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Schemas.Contracts;
using Hub.Schemas.Documents;

namespace Hub.Schemas.PrivateTypes;

/// <summary>A stored private type.</summary>
internal sealed record PrivateType(string Id, int Version, JsonElement Document, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string Source = "private";

    private static readonly string[] SetByTheHub = ["version", "source", "created_at", "updated_at"];

    public const string ReadAll = "select id, version, document, created_at, updated_at from schemas.types order by id";

    public IntegrationSchema ToSchema() => SchemaDocument.Read(Document).ToSchema(Source, Version, CreatedAt, UpdatedAt);

    /// <summary>What is stored of a document: all but what the hub itself sets.</summary>
    public static JsonElement Stored(string id, JsonElement document)
    {
        var tree = JsonObject.Create(document)!;
        foreach (var member in SetByTheHub)
            tree.Remove(member);
        tree["id"] = id;
        return JsonSerializer.SerializeToElement(tree);
    }
}
