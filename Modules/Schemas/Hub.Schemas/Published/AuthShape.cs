using System.Text.Json.Nodes;
using Hub.Schemas.Documents;

namespace Hub.Schemas.Published;

/// <summary>How requests are authenticated: one alternative per kind, with the parameters that the vocabulary gives it.</summary>
internal static class AuthShape
{
    public static IEnumerable<(string Name, JsonObject Shape)> Definitions()
    {
        yield return ("auth", Shape.Object(
            new Member("methods", Shape.List(Shape.Ref("method"), 500, min: 1), Required: true, "The first whose condition holds authenticates a request."),
            new Member("headers", Shape.Ref("headers"), Says: "Sent with every request unless their placeholders are empty."),
            new Member("headers_field", Shape.Text(), Says: "A json field with more headers."),
            new Member("variables", Shape.MapOf(Shape.Ref("variable"), "^[a-z][a-z0-9_]{0,62}$")),
            new Member("tls", Shape.Ref("tls"))));
        yield return ("variable", Shape.Object(
            new Member("field", Shape.Text(), Required: true, "A select field."),
            new Member("map", Shape.MapOf(Shape.Template()), Required: true, "A template for each of its options.")));
        yield return ("tls", Shape.Object(
            new Member("verify_field", Shape.Text(), Says: "A boolean field that may switch verification off."),
            new Member("ca_field", Shape.Text(), Says: "A multiline field with the certificates of an authority of one's own.")));
        yield return ("method", new JsonObject
        {
            ["type"] = "object",
            ["required"] = Shape.Words(["kind"]),
            ["properties"] = new JsonObject { ["kind"] = Shape.OneOf(Vocabulary.AuthKinds.Keys) },
            ["oneOf"] = new JsonArray([.. Vocabulary.AuthKinds.Select(kind => Kind(kind.Key, kind.Value.Needed, kind.Value.Optional))]),
        });
        yield return ("tokenRequest", Shape.Object(
            [.. TestShape.Call(methodRequired: true), new Member("status", Shape.Ref("status"), Says: "Status codes of success; 2xx unless given.")]));
        yield return ("account", Shape.Object(
            [.. TestShape.Call(methodRequired: false).Where(member => member.Name is not "auth"),
                new Member("id", Shape.Template(), Required: true), new Member("name", Shape.Template())]));
    }

    private static JsonObject Kind(string kind, string[] needed, string[] optional) => Shape.Object(
    [
        new Member("name", Shape.Ref("name"), Says: "For requests that name their method."),
        new Member("kind", Shape.Const(kind), Required: true),
        new Member("when", Shape.Ref("when")),
        new Member("headers", Shape.Ref("headers")),
        .. needed.Select(parameter => new Member(parameter, Parameter(kind, parameter), Required: true)),
        .. optional.Select(parameter => new Member(parameter, Parameter(kind, parameter))),
    ]);

    private static JsonObject Parameter(string kind, string parameter) => (kind, parameter) switch
    {
        (_, "scopes") => Shape.List(Shape.Text(), 500, min: 1, unique: true),
        (_, "request") => Shape.Ref("tokenRequest"),
        (_, "parameters") => Shape.MapOf(Shape.Template()),
        (Vocabulary.AuthorizationCode, "account") => Shape.Ref("account"),
        ("token_request", _) => Shape.Path(),
        (_, "client_auth") => Shape.OneOf(Vocabulary.ClientAuth),
        _ => Shape.Template(),
    };
}
