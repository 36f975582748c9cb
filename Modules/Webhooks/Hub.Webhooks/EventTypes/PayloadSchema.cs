using System.Text.Json;
using Json.Schema;

namespace Hub.Webhooks.EventTypes;

/// <summary>
/// JSON Schemas that users write. Only keywords whose evaluation is bounded are taken: no references, which may go in circles, and no patterns, which may
/// take for ever.
/// </summary>
internal static class PayloadSchema
{
    private const int MaxDepth = 20;
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
    {
        "$schema", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "type", "enum", "const",
        "required", "minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "multipleOf",
    };
    private static readonly HashSet<string> One = new(StringComparer.Ordinal)
    {
        "items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else",
    };
    private static readonly HashSet<string> Many = new(StringComparer.Ordinal) { "allOf", "anyOf", "oneOf", "prefixItems" };

    /// <returns>What is wrong with it, as the end of a sentence; null when it can be used.</returns>
    public static string? Refusal(JsonElement schema)
    {
        if (Unknown(schema, 0) is { } keyword)
            return keyword;
        try
        {
            Build(schema);
            return null;
        }
        catch (Exception wrong) when (wrong is JsonSchemaException or JsonException or RefResolutionException or InvalidOperationException or FormatException)
        {
            return $"is no JSON Schema: {wrong.Message}";
        }
    }

    /// <returns>What is wrong by JSON path of the member, such as <c>payload.amount</c>; empty when it is valid.</returns>
    public static IReadOnlyDictionary<string, string[]> Errors(JsonElement schema, JsonElement payload)
    {
        var result = Build(schema).Evaluate(payload, new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (result.IsValid)
            return new Dictionary<string, string[]>();
        var told = (result.Details ?? []).Where(one => one.Errors is { Count: > 0 })
            .SelectMany(one => one.Errors!.Values.Select(message => (Path: Path(one.InstanceLocation.ToString()), message)))
            .GroupBy(one => one.Path, one => one.message, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.Distinct().ToArray(), StringComparer.Ordinal);
        return told.Count > 0 ? told : new Dictionary<string, string[]> { ["payload"] = ["does not match the schema of its event type"] };
    }

    private static JsonSchema Build(JsonElement schema) => JsonSchema.Build(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    private static string Path(string pointer) =>
        string.Join('.', pointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).Prepend("payload"));

    private static string? Unknown(JsonElement schema, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return null;
        if (schema.ValueKind is not JsonValueKind.Object)
            return "must be an object, with a schema wherever one is due";
        if (depth > MaxDepth)
            return $"must not be nested deeper than {MaxDepth} schemas";
        foreach (var member in schema.EnumerateObject())
        {
            var within = One.Contains(member.Name) ? [member.Value]
                : Many.Contains(member.Name) && member.Value.ValueKind is JsonValueKind.Array ? member.Value.EnumerateArray().ToArray()
                : member.Name is "properties" && member.Value.ValueKind is JsonValueKind.Object ? [.. member.Value.EnumerateObject().Select(one => one.Value)]
                : Plain.Contains(member.Name) ? Array.Empty<JsonElement>() : null;
            if (within is null)
                return $"has the keyword {member.Name}, which is not taken here: use {string.Join(", ", Plain.Concat(One).Concat(Many).Append("properties").Where(name => name[0] is not '$'))}";
            foreach (var inner in within)
                if (Unknown(inner, depth + 1) is { } wrong)
                    return wrong;
        }

        return null;
    }
}
