using System.Text.Json.Nodes;
using Hub.Schemas.Documents;

namespace Hub.Schemas.Published;

/// <summary>A member of an object: its name, what it must be, and what people should know of it.</summary>
internal sealed record Member(string Name, JsonObject Shape, bool Required = false, string? Says = null);

/// <summary>The building blocks of the published JSON Schema (draft 2020-12). Every call makes new nodes, for a node has one place only.</summary>
internal static class Shape
{
    private const string NoControls = "^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]*$";

    public static JsonObject Of(string type) => new() { ["type"] = type };

    public static JsonObject Text(int max = 500, bool filled = false)
    {
        var shape = new JsonObject { ["type"] = "string", ["maxLength"] = max, ["pattern"] = NoControls };
        if (filled)
            shape["allOf"] = new JsonArray(new JsonObject { ["pattern"] = "\\S" });
        return shape;
    }

    public static JsonObject Matching(string pattern, int max = 500) => new() { ["type"] = "string", ["maxLength"] = max, ["pattern"] = pattern };

    public static JsonObject OneOf(IEnumerable<string> words) => new() { ["enum"] = Words(words) };

    public static JsonObject Whole(int min, int max) => new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max };

    public static JsonObject List(JsonObject item, int max, int min = 0, bool unique = false)
    {
        var shape = new JsonObject { ["type"] = "array", ["items"] = item, ["maxItems"] = max };
        if (min > 0)
            shape["minItems"] = min;
        if (unique)
            shape["uniqueItems"] = true;
        return shape;
    }

    public static JsonObject Ref(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    public static JsonObject Const(string word) => new() { ["const"] = word };

    public static JsonObject Any(params JsonObject[] shapes) => new() { ["anyOf"] = new JsonArray([.. shapes]) };

    public static JsonObject MapOf(JsonObject value, string? names = null)
    {
        var shape = new JsonObject { ["type"] = "object", ["additionalProperties"] = value };
        if (names is not null)
            shape["propertyNames"] = new JsonObject { ["pattern"] = names };
        return shape;
    }

    /// <summary>An object of these members and no others. A member that is not required may be null, which says as much as leaving it out.</summary>
    public static JsonObject Object(params IEnumerable<Member> members)
    {
        var all = members.ToArray();
        var properties = new JsonObject();
        foreach (var member in all)
        {
            var shape = member.Required || member.Shape.ContainsKey("const") ? member.Shape : Any(member.Shape, Of("null"));
            if (member.Says is not null)
                shape["description"] = member.Says;
            properties[member.Name] = shape;
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (all.Any(member => member.Required))
            result["required"] = Words(all.Where(member => member.Required).Select(member => member.Name));
        return result;
    }

    /// <summary>Templates over the configuration, such as <c>{base_url}</c>.</summary>
    public static JsonObject Template() => Ref("template");

    /// <summary>A path into JSON, such as <c>$.data[0].name|$.name</c>.</summary>
    public static JsonObject Path() => Ref("path");

    public static JsonArray Words(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)JsonValue.Create(word))];

    /// <summary>What other parts refer to.</summary>
    public static IEnumerable<(string Name, JsonObject Shape)> Definitions() =>
    [
        ("name", Matching("^[a-z][a-z0-9_]{0,62}$")),
        ("template", Text(4000)),
        ("path", Matching(@"^\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*(\|\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*)*$")),
        ("headers", MapOf(Template(), "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")),
        ("selected", Object(
            new Member("field", Text(), Required: true, "A select field."),
            new Member("values", List(Text(), 500, min: 1, unique: true), Required: true, "Options of it."))),
        ("when", Any(
            Ref("selected"),
            Object(new Member("field", Text(), Required: true), new Member("present", Of("boolean"), Required: true, "Whether the field is set.")))),
        ("bodyCondition", new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["path"] = Path(), ["equals"] = true, ["not_equals"] = true, ["exists"] = Of("boolean"),
            },
            ["required"] = Words(["path"]),
            ["additionalProperties"] = false,
            ["oneOf"] = new JsonArray([.. new[] { "equals", "not_equals", "exists" }.Select(member => new JsonObject { ["required"] = Words([member]) })]),
        }),
        ("status", List(Any(Whole(100, 599), OneOf(Vocabulary.StatusClasses)), 500)),
    ];
}
