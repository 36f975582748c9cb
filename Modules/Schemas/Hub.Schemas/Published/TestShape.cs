using System.Text.Json.Nodes;
using Hub.Schemas.Documents;

namespace Hub.Schemas.Published;

/// <summary>The request that proves the credentials, what its answers mean, and what stands in for a request.</summary>
internal static class TestShape
{
    /// <summary>What every described call has.</summary>
    public static IEnumerable<Member> Call(bool methodRequired) =>
    [
        new("method", Shape.Any(Shape.OneOf(Vocabulary.Methods), Shape.Matching("^\\{")), methodRequired),
        new("url", Shape.Matching("^(https?://|\\{)", 2000), Required: true),
        new("headers", Shape.Ref("headers")),
        new("body", Shape.Ref("body")),
        new("auth", Shape.Text(), Says: "The name of a method, or none."),
    ];

    public static IEnumerable<(string Name, JsonObject Shape)> Definitions()
    {
        yield return ("body", new JsonObject
        {
            ["oneOf"] = new JsonArray(
                Shape.Object(new Member("json", new JsonObject { ["not"] = Shape.Of("null") }, Required: true), new Member("form", Shape.Of("null"))),
                Shape.Object(new Member("form", Shape.MapOf(Shape.Template()), Required: true), new Member("json", Shape.Of("null")))),
        });
        yield return ("test", Shape.Any(
            Shape.Ref("request"),
            Shape.Object(
                new Member("kind", Shape.OneOf(["http"])),
                new Member("one_of", Shape.List(Shape.Ref("request"), 500, min: 1), Required: true, "The first whose condition holds is the test.")),
            Shape.Object(
            [
                new Member("kind", Shape.Const("smtp"), Required: true),
                .. new[] { "host", "port", "security", "sender" }.Select(member => new Member(member, Shape.Template(), Required: true)),
                new Member("identity", Shape.Template()),
            ]),
            Shape.Object(new Member("kind", Shape.Const("sso"), Required: true))));
        yield return ("request", Shape.Object(
        [
            new Member("kind", Shape.OneOf(["http"])),
            new Member("name", Shape.Text(80)),
            new Member("when", Shape.Ref("when"), Says: "Without it holding, the request is left out with all that follows it."),
            .. Call(methodRequired: true),
            new Member("service", Shape.Text(80), Says: "The service that AWS signs for."),
            new Member("signed", Shape.Of("boolean"), Says: "Sign it as the type's own deliveries are."),
            new Member("expect", Shape.Ref("answer"), Required: true),
            new Member("identity", Shape.Template(), Says: "Whom the credentials belong to."),
            new Member("expires", Shape.Template(), Says: "When the credential ends."),
            new Member("poll", Shape.Object(
                new Member("status", Shape.Ref("status"), Required: true), new Member("url", Shape.Template(), Required: true))),
            new Member("explain", Shape.List(Shape.Ref("explanation"), 500), Says: "What other answers mean."),
            new Member("then", Shape.List(Shape.Ref("request"), 500), Says: "What follows a success."),
        ]));
        yield return ("answer", Shape.Object(Answer()));
        yield return ("explanation", Shape.Any(
            Shape.Object([.. Answer(), new Member("try", Shape.Ref("request"), Required: true, "Its outcome counts instead.")]),
            Explained(ok: true),
            Explained(ok: false)));
    }

    private static IEnumerable<Member> Answer() =>
    [
        new("status", Shape.Ref("status"), Required: true),
        new("json", Shape.List(Shape.Ref("bodyCondition"), 500)),
    ];

    private static JsonObject Explained(bool ok) => Shape.Object(
    [
        .. Answer(),
        new Member("ok", new JsonObject { ["const"] = ok }, Required: true),
        new Member("reason", Shape.OneOf(Vocabulary.Reasons), Required: !ok),
        new Member("message", Shape.Text(filled: true), Required: true),
        new Member("try", Shape.Of("null")),
    ]);
}
