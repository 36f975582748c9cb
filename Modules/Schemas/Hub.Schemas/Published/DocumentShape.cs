using System.Text.Json.Nodes;
using Hub.Schemas.Documents;

namespace Hub.Schemas.Published;

/// <summary>
/// The JSON Schema of schema documents, built from the same words that the rules go by. It tells what a document is made of; what names what
/// (<c>{field}</c> in a template, an option in a condition) only the rules can tell.
/// </summary>
internal static class DocumentShape
{
    public static JsonObject Whole()
    {
        var document = Shape.Object(Members());
        var definitions = new JsonObject();
        foreach (var (name, shape) in (IEnumerable<(string, JsonObject)>)
            [.. Shape.Definitions(), ("field", FieldShape.Field()), .. AuthShape.Definitions(), .. TestShape.Definitions(), .. WebhookShape.Definitions()])
            definitions[name] = shape;
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "https://integration-hub.dev/schemas/integration-schema.json",
            ["title"] = "Integration type",
            ["description"] = "What an integration type of the Integration Hub is and needs.",
        };
        foreach (var (name, node) in document.ToArray())
        {
            document.Remove(name);
            whole[name] = node;
        }

        whole["allOf"] = new JsonArray(
            [.. BelongTogether("test", Described("test")), .. BelongTogether("webhook_in", Described("webhook")), .. BelongTogether("oauth", Granted())]);
        whole["$defs"] = definitions;
        return whole;
    }

    private static IEnumerable<Member> Members() =>
    [
        new("$schema", Shape.Text(2000), Says: "The address of this JSON Schema, for editors."),
        new("id", Shape.Ref("name"), Required: true, "The name of the type, unique in the catalogue."),
        new("name", Shape.Text(80, filled: true), Required: true, "What people call it."),
        new("category", Shape.OneOf(Vocabulary.Categories), Required: true, "Where it stands in the catalogue."),
        new("platform_name", Shape.Ref("name"), Required: true, "What it belongs to."),
        new("integration_category", Shape.OneOf(Vocabulary.IntegrationCategories), Required: true, "What it is for; the same for all types of a platform."),
        new("description", Shape.Text(filled: true), Required: true),
        new("docs_url", Shape.Matching("^https://\\S+$", 2000)),
        new("icon_url", Shape.Matching("^(https://\\S+|/icons/[A-Za-z0-9_.-]+)$", 2000), Says: "Without one the hub draws a monogram."),
        new("display_order", Shape.Whole(0, 1_000_000)),
        new("featured", Shape.Of("boolean")),
        new("aliases", Shape.List(Shape.Ref("name"), 500, unique: true), Says: "Further names that it answers to."),
        new("capabilities", Shape.List(Shape.OneOf(Vocabulary.Capabilities), 500, unique: true)),
        new("fields", Shape.List(Shape.Ref("field"), FieldRules.MaxFields), Required: true, "The configuration."),
        new("auth", Shape.Ref("auth"), Says: "How requests are authenticated."),
        new("test", Shape.Ref("test"), Says: "Which read-only request proves the credentials."),
        new("webhook", Shape.Ref("webhook"), Says: "How inbound deliveries are verified."),
        new("version", Shape.Whole(1, int.MaxValue), Says: "Set by the hub."),
        new("source", Shape.Of("string"), Says: "Set by the hub."),
        new("created_at", Shape.Of("string"), Says: "Set by the hub."),
        new("updated_at", Shape.Of("string"), Says: "Set by the hub."),
        new("problem", Shape.Of("string"), Says: "Set by the hub."),
    ];

    private static JsonObject Described(string member) => new()
    {
        ["required"] = Shape.Words([member]),
        ["properties"] = new JsonObject { [member] = new JsonObject { ["not"] = Shape.Of("null") } },
    };

    private static JsonObject Granted() => new()
    {
        ["required"] = Shape.Words(["auth"]),
        ["properties"] = new JsonObject
        {
            ["auth"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = Shape.Words(["methods"]),
                ["properties"] = new JsonObject { ["methods"] = new JsonObject { ["contains"] = OfKind(Vocabulary.AuthorizationCode) } },
            },
        },
    };

    private static JsonObject OfKind(string kind) => new()
    {
        ["required"] = Shape.Words(["kind"]), ["properties"] = new JsonObject { ["kind"] = Shape.Const(kind) },
    };

    private static IEnumerable<JsonNode> BelongTogether(string capability, JsonObject described)
    {
        var listed = new JsonObject
        {
            ["required"] = Shape.Words(["capabilities"]),
            ["properties"] = new JsonObject { ["capabilities"] = new JsonObject { ["contains"] = Shape.Const(capability) } },
        };
        yield return new JsonObject { ["if"] = listed, ["then"] = described.DeepClone() };
        yield return new JsonObject { ["if"] = described, ["then"] = listed.DeepClone() };
    }
}
