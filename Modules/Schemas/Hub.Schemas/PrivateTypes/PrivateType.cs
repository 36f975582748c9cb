using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Schemas.Contracts;
using Hub.Schemas.Documents;

namespace Hub.Schemas.PrivateTypes;

/// <summary>A stored private type.</summary>
internal sealed record PrivateType(string Id, int Version, JsonElement Document, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string Source = "private";

    // And the address of the JSON Schema: a word to the editor that the document was written in, no part of the type.
    private static readonly string[] SetByTheHub = ["$schema", "version", "source", "created_at", "updated_at", "problem"];

    public const string ReadAll = "select id, version, document, created_at, updated_at from schemas.types order by id";

    /// <summary>The type, or where this build cannot use what is stored, an entry that says why.</summary>
    public IntegrationSchema ToSchema()
    {
        var mistakes = SchemaRules.Check(Document);
        if (mistakes.Count == 0)
            return SchemaDocument.Read(Document).ToSchema(Source, Version, CreatedAt, UpdatedAt);
        return UnusableType.Of(this, mistakes);
    }

    /// <summary>For the audit log.</summary>
    public JsonObject Members => Document.ValueKind is JsonValueKind.Object ? JsonObject.Create(Document)! : [];

    /// <summary>What is stored of a document: all but what the hub itself sets.</summary>
    public static JsonElement Stored(string id, JsonElement document)
    {
        var tree = JsonObject.Create(document)!;
        foreach (var member in SetByTheHub)
            tree.Remove(member);
        tree["id"] = id;
        foreach (var field in tree["fields"] as JsonArray ?? [])
            foreach (var unset in field is JsonObject members ? members.Where(member => member.Value is null).Select(member => member.Key).ToArray() : [])
                field!.AsObject().Remove(unset);
        return JsonSerializer.SerializeToElement(tree);
    }
}
