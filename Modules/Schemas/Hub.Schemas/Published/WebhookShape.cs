using System.Text.Json.Nodes;
using Hub.Schemas.Documents;

namespace Hub.Schemas.Published;

/// <summary>How inbound deliveries are verified and read: one alternative per kind.</summary>
internal static class WebhookShape
{
    public static IEnumerable<(string Name, JsonObject Shape)> Definitions()
    {
        yield return ("webhook", Shape.Object(
            new Member("verifications", Shape.List(Shape.Ref("verification"), 500, min: 1), Required: true,
                "The first whose condition holds and whose secret is set decides alone."),
            new Member("event_type", Shape.Ref("source"), Required: true),
            new Member("delivery_id", Shape.Ref("source"), Required: true),
            new Member("entity", Readings(), Says: "What events are about; those of one thing are processed in order. The first part must be there."),
            new Member("each", Shape.Path(), Says: "A list whose entries are events of their own; all other paths begin at the entry. $ when the list is the body."),
            new Member("empty_body", Shape.Of("boolean"), Says: "Deliveries may have no body at all."),
            new Member("handshake", Shape.Ref("handshake"), Says: "What the provider sends first, and wants to hear."),
            new Member("payload_template", Shape.Of("object"), Says: "Shown to people who must enter one at the provider.")));
        yield return ("verification", new JsonObject
        {
            ["type"] = "object",
            ["required"] = Shape.Words(["kind"]),
            ["properties"] = new JsonObject { ["kind"] = Shape.OneOf(Vocabulary.VerificationKinds.Keys) },
            ["oneOf"] = new JsonArray([.. Vocabulary.VerificationKinds.Select(kind => Kind(kind.Key, kind.Value.Needed, kind.Value.Optional))]),
        });
        var source = Shape.Object(
            new Member("header", Shape.Text(), Says: "Header names, separated by |."),
            new Member("body", Reading()),
            new Member("parts", Readings(), Says: "Paths that only together are the value, joined with colons."),
            new Member("action", Shape.Path(), Says: "Appended with a dot."),
            new Member("field", Shape.Text(), Says: "A string field that holds a header name or a path."),
            new Member("hash", Shape.OneOf(["body"])));
        source["minProperties"] = 1;
        yield return ("source", source);
        yield return ("handshake", new JsonObject
        {
            ["oneOf"] = new JsonArray(
                Handshake("echo", new Member("when", Shape.Ref("bodyCondition"), Required: true), new Member("answer", Answer(), Required: true)),
                Handshake("reply", new Member("when", Shape.Ref("bodyCondition")), new Member("answer", Answer(), Required: true)),
                Handshake("store_secret", new Member("when", Shape.Ref("bodyCondition"), Required: true),
                    new Member("value", Shape.Path(), Required: true, "Where the secret is."), SecretField()),
                Handshake("store_secret", new Member("header", Shape.Text(), Required: true, "Holds the secret, and is answered as it came."), SecretField()),
                Handshake("query_echo", new Member("parameter", Shape.Text(100, filled: true), Required: true, "Of the address; answered as it came."))),
        });
    }

    private static JsonObject Kind(string kind, string[] needed, string[] optional) => Shape.Object(
    [
        new Member("kind", Shape.Const(kind), Required: true),
        new Member("when", Shape.Ref("when"), Required: kind is "none"),
        .. needed.Select(member => new Member(member, Parameter(member), Required: true)),
        .. optional.Select(member => new Member(
            member, member is "secret_encoding" && kind is "ed25519" ? Shape.OneOf(Vocabulary.KeyEncodings) : Parameter(member))),
        new Member("event_type", Shape.Ref("source"), Says: "Of deliveries of this form."),
        new Member("delivery_id", Shape.Ref("source"), Says: "Of deliveries of this form."),
    ]);

    private static JsonObject Reading() => Shape.Matching($"^{Templates.ReadingForm}(\\|{Templates.ReadingForm})*$");

    private static JsonObject Readings() => Shape.List(Reading(), 5, min: 1, unique: true);

    private static JsonObject Parameter(string member) => member switch
    {
        "secret_field" or "list_separator" or "secret_prefix" or "timestamp_prefix" => Shape.Text(),
        "content" => Shape.Matching("\\{body\\}", 4000),
        "encoding" => Shape.Any(Shape.OneOf(Vocabulary.Encodings), Shape.Matching("^\\{")),
        "algorithm" => Shape.OneOf(Vocabulary.HmacAlgorithms),
        "secret_encoding" => Shape.OneOf(Vocabulary.SecretEncodings),
        "timestamp_format" => Shape.OneOf(Vocabulary.TimestampFormats),
        "timestamp_body" => Shape.Path(),
        "tolerance_seconds" => Shape.Whole(1, 86400),
        _ => Shape.Template(),
    };

    private static JsonObject Handshake(string kind, params Member[] members) => Shape.Object(
    [
        new Member("kind", Shape.Const(kind), Required: true),
        new Member("signed", new JsonObject { ["const"] = kind is "echo" or "reply" }, Required: true),
        .. members,
    ]);

    private static Member SecretField() => new("secret_field", Shape.Text(), Required: true, "The secret field that it is kept in.");

    private static JsonObject Answer() => Shape.Object(
        new Member("content_type", Shape.Text(100, filled: true), Required: true), new Member("body", Shape.Template(), Required: true));
}
