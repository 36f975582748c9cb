using System.Text.Json.Nodes;
using Hub.Schemas.Documents;

namespace Hub.Schemas.Published;

/// <summary>One field of the configuration.</summary>
internal static class FieldShape
{
    public static JsonObject Field()
    {
        var field = Shape.Object(
            new Member("name", Shape.Ref("name"), Required: true),
            new Member("label", Shape.Text(80, filled: true), Required: true),
            new Member("type", Shape.OneOf(Vocabulary.FieldTypes), Required: true),
            new Member("required", Shape.Of("boolean")),
            new Member("level", Shape.OneOf(Vocabulary.Levels), Says: "Where it is meant to be set: credentials at the organization, choices at the team."),
            new Member("description", Shape.Text()),
            new Member("multiline", Shape.Of("boolean"), Says: "A secret of several lines."),
            new Member("placeholder", Shape.Text(200)),
            new Member("default", [], Says: "Of the field's type; a secret has none."),
            new Member("options", Shape.List(Shape.Text(), 500, min: 1, unique: true), Says: "For the type select."),
            new Member("pattern", Shape.Text(), Says: "A .NET regular expression without look-around and backreferences; the trimmed value must match it."),
            new Member("required_when", Shape.Ref("selected"), Says: "Required while that select field has one of these values."),
            new Member("records", Shape.List(Record(), RecordRules.MaxMembers),
                Says: "For the type json: it lists objects with these members, all of them text."));
        field["allOf"] = new JsonArray(
            When("select", new JsonObject { ["required"] = Shape.Words(["options"]), ["properties"] = Only(("options", Shape.Of("array")), ("default", TextOrNull())) }),
            Unless(["select"], Only(("options", Shape.Of("null")))),
            Unless(["secret"], Only(("multiline", new JsonObject { ["enum"] = new JsonArray(null, false) }))),
            Unless(["string", "secret", "url", "multiline"], Only(("pattern", Shape.Of("null")))),
            Unless(["json"], Only(("records", Shape.Of("null")))),
            When("secret", Object(Only(("default", Shape.Of("null"))))),
            When("integer", Object(Only(("default", new JsonObject { ["type"] = Shape.Words(["integer", "null"]) })))),
            When("boolean", Object(Only(("default", new JsonObject { ["type"] = Shape.Words(["boolean", "null"]) })))),
            When("string", Object(Only(("default", TextOrNull())))),
            When("url", Object(Only(("default", TextOrNull())))),
            When("multiline", Object(Only(("default", TextOrNull())))));
        return field;
    }

    private static JsonObject Record() => Shape.Object(
        new Member("name", Shape.Ref("name"), Required: true),
        new Member("required", Shape.Of("boolean")),
        new Member("key", Shape.Of("boolean"), Says: "No two objects have the same. The field may also be an object: keys and the first other member."),
        new Member("placeholder", Shape.Text(200)),
        new Member("pattern", Shape.Text(), Says: "As of a field."),
        new Member("options", Shape.List(Shape.Text(), 500, unique: true), Says: "What it may be."),
        new Member("except", Shape.List(Shape.Text(), 500, unique: true), Says: "What it must not be."));

    private static JsonObject TextOrNull() => new() { ["type"] = Shape.Words(["string", "null"]) };

    private static JsonObject Only(params (string Name, JsonObject Shape)[] members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Shape)));

    private static JsonObject Object(JsonObject properties) => new() { ["properties"] = properties };

    private static JsonObject When(string type, JsonObject then) => new() { ["if"] = OfType([type]), ["then"] = then };

    private static JsonObject Unless(string[] types, JsonObject properties) => new() { ["if"] = OfType(types), ["else"] = Object(properties) };

    private static JsonObject OfType(string[] types) => new()
    {
        ["required"] = Shape.Words(["type"]), ["properties"] = new JsonObject { ["type"] = Shape.OneOf(types) },
    };
}
