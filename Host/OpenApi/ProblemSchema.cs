using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Hub.Host.OpenApi;

internal static class ProblemSchema
{
    public const string MediaType = "application/problem+json";

    public static OpenApiSchema Create() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem document.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code", "trace_id" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Names the kind of problem.", "https://integration-hub.dev/problems/not_found"),
            ["title"] = Text("Short and the same for every problem of the kind.", "Not found"),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status.", Examples = [404] },
            ["detail"] = Text("What happened here and what to do.", "There is no integration 12 that you can see."),
            ["code"] = Text("Stable and machine-readable.", "not_found"),
            ["trace_id"] = Text("Finds this request in logs and traces.", "0af7651916cd43dd8448eb211c80319c"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "For invalid input: JSON path to messages.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        },
    };

    private static OpenApiSchema Text(string description, string example) =>
        new() { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] };
}
