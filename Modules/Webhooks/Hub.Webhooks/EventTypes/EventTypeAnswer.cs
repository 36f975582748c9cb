using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.EventTypes;

/// <summary>A kind of event that endpoints can be told of, as clients see it.</summary>
/// <param name="Id">Its id; null for one of the hub's own.</param>
/// <param name="ScopeId">It holds there and below; null for one of the hub's own, which holds everywhere.</param>
/// <param name="Name">Such as <c>invoice.paid</c>.</param>
/// <param name="Description">When it happens.</param>
/// <param name="Source"><c>hub</c>, or <c>own</c> for one that was registered.</param>
/// <param name="Schema">JSON Schema of a message's <c>data</c>, which is the payload that was published; null takes any object.</param>
/// <param name="MessageSchema">JSON Schema of the whole message.</param>
/// <param name="Example">An example of <c>data</c>.</param>
/// <param name="Archived">Not in use any more: left out of lists, and payloads are not checked.</param>
/// <param name="Version">Counts changes; the ETag.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="UpdatedAt">When it was changed.</param>
internal sealed record EventTypeAnswer(
    long? Id, long? ScopeId, string Name, string? Description, string Source, JsonElement? Schema, JsonElement MessageSchema, JsonElement? Example, bool Archived,
    long Version, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt) : IVersioned
{
    public static IReadOnlyList<EventTypeAnswer> OfTheHub { get; } = [.. HubEventTypes.All.Select(Of)];

    private static EventTypeAnswer Of(HubEventType type) => new(
        null, null, type.Name, type.Description, "hub", Element(type.Schema), MessageOf(type.Name, type.Description, type.Schema), Element(type.Example), false, 1,
        null, null);

    public static EventTypeAnswer Of(EventTypeRow row) => new(
        row.Id, row.ScopeId, row.Name, row.Description, "own", row.Schema,
        MessageOf(row.Name, row.Description, row.Schema is { } schema ? JsonNode.Parse(schema.GetRawText()) : new JsonObject { ["type"] = "object" }), row.Example,
        row.Archived, row.Version, row.CreatedAt, row.UpdatedAt);

    private static JsonElement MessageOf(string name, string? description, JsonNode? data) => Element(new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = name,
        ["description"] = description ?? name,
        ["type"] = "object",
        ["required"] = new JsonArray("type", "timestamp", "data"),
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["const"] = name },
            ["timestamp"] = new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = "When it happened." },
            ["data"] = data,
        },
    });

    private static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node, HubJson.Options);
}

/// <summary>An event type that was registered; see the columns of <c>webhooks.event_types</c>.</summary>
internal sealed record EventTypeRow(
    long Id, long ScopeId, string Name, string? Description, JsonElement? Schema, JsonElement? Example, bool Archived, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public const string Columns = "id, scope_id, name, description, schema, example, archived, version, created_at, updated_at";
}
