using System.Text.Json;

namespace Hub.Schemas.Documents;

/// <summary>
/// The rules for <c>webhook</c>. Of the <c>verifications</c> the first whose condition holds and whose secret is set decides alone: a weaker one further
/// down is no way around it. Where none is set, deliveries are refused. Without a delivery id, the hash of the raw body is the id.
/// </summary>
internal static class WebhookRules
{
    public static void Check(Node document, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (document.Member("webhook") is not { } webhook
            || !webhook.IsObject("verifications", "event_type", "delivery_id", "handshake", "payload_template"))
            return;
        var names = fields.Keys.ToHashSet(StringComparer.Ordinal);
        var verifications = webhook.Demanded("verifications")?.Items().ToArray() ?? [];
        if (verifications.Length == 0 && webhook.Member("verifications") is { } empty)
            empty.Report("must not be empty");
        foreach (var verification in verifications)
            CheckVerification(verification, fields, names);
        CheckSource(webhook, "event_type", fields);
        CheckSource(webhook, "delivery_id", fields);
        if (webhook.Member("handshake") is { } handshake)
            CheckHandshake(handshake, fields);
        webhook.Member("payload_template")?.IsObject();
    }

    private static void CheckVerification(Node verification, IReadOnlyDictionary<string, KnownField> fields, IReadOnlySet<string> names)
    {
        if (verification.OneOf("kind", [.. Vocabulary.VerificationKinds.Keys], required: true) is not { } kind)
            return;
        var (needed, optional) = Vocabulary.VerificationKinds[kind];
        if (!verification.IsObject(["kind", "when", .. needed, .. optional]))
            return;
        Conditions.Check(verification, fields);
        foreach (var member in needed)
            verification.Demanded(member);
        Conditions.FieldOf(verification, fields, "secret_field", required: false, type: "secret");
        foreach (var member in new[] { "header", "username", "prefix", "encoding", "id_header", "timestamp_header" })
            if (verification.Member(member) is { } template)
                Templates.CheckRequest(template, names);
        if (kind is "hmac")
            CheckHmac(verification);
        if (kind is "none" && verification.Member("when") is null)
            verification.Report("accepts anything, so it needs a condition: the user must have chosen it");
    }

    private static void CheckHmac(Node hmac)
    {
        if (hmac.Text("encoding") is { } encoding && !Vocabulary.Encodings.Contains(encoding) && !encoding.StartsWith('{'))
            hmac.Report("encoding", "must be hex, base64 or a field");
        hmac.OneOf("algorithm", Vocabulary.HmacAlgorithms);
        hmac.OneOf("secret_encoding", Vocabulary.SecretEncodings);
        hmac.OneOf("timestamp_format", Vocabulary.TimestampFormats);
        Conditions.CheckPath(hmac, "timestamp_body");
        hmac.Number("tolerance_seconds", 1, 86400);
        hmac.Text("list_separator", max: 4);
        hmac.Text("secret_prefix", max: 40);
        hmac.Text("timestamp_prefix", max: 40);
        if (hmac.Member("content") is not { } content)
            return;
        Templates.CheckSigned(content);
        var signed = content.Kind is JsonValueKind.String ? content.Value.GetString()! : "";
        if (!Templates.Uses(signed, "body"))
            content.Report("must cover {body}");
        if (Templates.Uses(signed, "timestamp") != hmac.Member("timestamp_header") is not null)
            hmac.Report("a signed {timestamp} and timestamp_header belong together");
        if (Templates.Uses(signed, "id") != hmac.Member("id_header") is not null)
            hmac.Report("a signed {id} and id_header belong together");
    }

    // {header}, {body}, {header, body} (the header first), {header, action} (joined with a dot), {field} (a field that holds one of these), {hash}.
    private static void CheckSource(Node webhook, string member, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (webhook.Demanded(member) is not { } source || !source.IsObject("header", "body", "action", "field", "hash"))
            return;
        source.Text("header");
        Conditions.CheckPath(source, "body");
        Conditions.CheckPath(source, "action");
        Conditions.FieldOf(source, fields, "field", required: false, type: "string");
        source.OneOf("hash", ["body"]);
        if (!source.Value.EnumerateObject().Any())
            source.Report("must say where it is: header, body, field or hash");
    }

    private static void CheckHandshake(Node handshake, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (!handshake.IsObject("kind", "when", "signed", "answer", "secret_field", "value", "header"))
            return;
        var kind = handshake.OneOf("kind", Vocabulary.HandshakeKinds, required: true);
        // A secret comes in a header, which then is the answer too, or in the body.
        var inHeader = kind is "store_secret" && handshake.Text("header") is not null;
        handshake.Flag("signed", required: true);
        if (handshake.Demanded("when", kind is "echo" || (kind is "store_secret" && !inHeader)) is { } condition)
            Conditions.CheckBody(condition);
        if (kind is "store_secret")
        {
            Conditions.FieldOf(handshake, fields, "secret_field", type: "secret");
            Conditions.CheckPath(handshake, "value", required: !inHeader);
        }
        else if (handshake.Demanded("answer") is { } answer && answer.IsObject("content_type", "body"))
        {
            answer.Text("content_type", required: true, max: 100);
            if (answer.Demanded("body") is { } body)
                Templates.CheckAnswer(body, new HashSet<string>());
        }
    }
}
