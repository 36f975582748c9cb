using System.Text.Json;

namespace Hub.Schemas.Documents;

/// <summary>
/// The rules for <c>webhook</c>. Of the <c>verifications</c> the first whose condition holds and whose secret is set decides alone: a weaker one further
/// down is no way around it. Where none is set, deliveries are refused. Without a delivery id, the hash of the raw body is the id.
/// </summary>
internal static class WebhookRules
{
    private const int MaxParts = 5;

    public static void Check(Node document, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (document.Member("webhook") is not { } webhook
            || !webhook.IsObject("verifications", "event_type", "delivery_id", "entity", "each", "empty_body", "handshake", "payload_template"))
            return;
        var names = fields.Keys.ToHashSet(StringComparer.Ordinal);
        var verifications = webhook.Demanded("verifications")?.Items().ToArray() ?? [];
        if (verifications.Length == 0 && webhook.Member("verifications") is { } empty)
            empty.Report("must not be empty");
        foreach (var verification in verifications)
            CheckVerification(verification, fields, names);
        CheckSource(webhook, "event_type", fields, required: true);
        CheckSource(webhook, "delivery_id", fields, required: true);
        CheckPaths(webhook, "entity");
        Conditions.CheckPath(webhook, "each");
        if (webhook.Member("each") is not null)
            foreach (var owner in verifications.Prepend(webhook))
                CheckIdOfEntry(owner);
        webhook.Flag("empty_body");
        if (webhook.Member("handshake") is { } handshake)
            CheckHandshake(handshake, fields);
        webhook.Member("payload_template")?.IsObject();
    }

    // Events that share the id of their request would be taken for repeats of the first one.
    private static void CheckIdOfEntry(Node owner)
    {
        foreach (var member in new[] { "header", "field" })
            if (owner.Member("delivery_id")?.Member(member) is { } shared)
                shared.Report("would be the same for each entry: the id must be in the entry");
    }

    private static void CheckVerification(Node verification, IReadOnlyDictionary<string, KnownField> fields, IReadOnlySet<string> names)
    {
        if (verification.OneOf("kind", [.. Vocabulary.VerificationKinds.Keys], required: true) is not { } kind)
            return;
        var (needed, optional) = Vocabulary.VerificationKinds[kind];
        if (!verification.IsObject(["kind", "when", "event_type", "delivery_id", .. needed, .. optional]))
            return;
        Conditions.Check(verification, fields);
        foreach (var member in needed)
            verification.Demanded(member);
        Conditions.FieldOf(verification, fields, "secret_field", required: false, type: "secret");
        foreach (var member in new[] { "header", "username", "prefix", "encoding", "id_header", "timestamp_header" })
            if (verification.Member(member) is { } template)
                Templates.CheckRequest(template, names);
        CheckSource(verification, "event_type", fields, required: false);
        CheckSource(verification, "delivery_id", fields, required: false);
        if (kind is "hmac" or "ed25519")
            CheckSignature(verification, kind);
        verification.Number("tolerance_seconds", 1, 86400);
        if (kind is "none" && verification.Member("when") is null)
            verification.Report("accepts anything, so it needs a condition: the user must have chosen it");
    }

    private static void CheckSignature(Node hmac, string kind)
    {
        if (hmac.Text("encoding") is { } encoding && !Vocabulary.Encodings.Contains(encoding) && !encoding.StartsWith('{'))
            hmac.Report("encoding", "must be hex, base64 or a field");
        hmac.OneOf("algorithm", Vocabulary.HmacAlgorithms);
        hmac.OneOf("secret_encoding", kind is "hmac" ? Vocabulary.SecretEncodings : Vocabulary.KeyEncodings);
        hmac.OneOf("timestamp_format", Vocabulary.TimestampFormats);
        Conditions.CheckPath(hmac, "timestamp_body");
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

    // {header}, {body}, {header, body} (the header first), {header, action} (joined with a dot), {field} (a field that holds one of these, which counts first),
    // {parts} (paths, joined with colons), {hash}.
    private static void CheckSource(Node owner, string member, IReadOnlyDictionary<string, KnownField> fields, bool required)
    {
        if (owner.Demanded(member, required) is not { } source || !source.IsObject("header", "body", "action", "field", "parts", "hash"))
            return;
        source.Text("header");
        if (source.Text("body") is { } body && !Templates.IsReading(body))
            source.Report("body", "must be a path such as $.data[0].name or $[*].id");
        CheckPaths(source, "parts");
        Conditions.CheckPath(source, "action");
        Conditions.FieldOf(source, fields, "field", required: false, type: "string");
        source.OneOf("hash", ["body"]);
        if (!source.Value.EnumerateObject().Any())
            source.Report("must say where it is: header, body, parts, field or hash");
    }

    private static void CheckPaths(Node owner, string member)
    {
        if (owner.Member(member) is null)
            return;
        var paths = owner.Texts(member);
        if (paths.Count is 0 or > MaxParts)
            owner.Report(member, $"must have one to {MaxParts} paths");
        foreach (var path in paths.Where(path => !Templates.IsReading(path)))
            owner.Report(member, $"'{path}' must be a path such as $.issue.id, $[*].id or segment(issue, $.self)");
    }

    private static void CheckHandshake(Node handshake, IReadOnlyDictionary<string, KnownField> fields)
    {
        if (!handshake.IsObject("kind", "when", "signed", "answer", "secret_field", "value", "header", "parameter"))
            return;
        var kind = handshake.OneOf("kind", Vocabulary.HandshakeKinds, required: true);
        // A secret comes in a header, which then is the answer too, or in the body.
        var inHeader = kind is "store_secret" && handshake.Text("header") is not null;
        var bare = kind is "store_secret" or "query_echo";
        if (handshake.Flag("signed", required: true) is { } signed && kind is not null && signed == bare)
            handshake.Report("signed", bare ? "must be false: nothing proves what comes first" : "must be true: nobody is answered without a proof");
        if (handshake.Demanded("when", kind is "echo" || (kind is "store_secret" && !inHeader)) is { } condition)
            Conditions.CheckBody(condition);
        if (kind is "store_secret")
        {
            Conditions.FieldOf(handshake, fields, "secret_field", type: "secret");
            Conditions.CheckPath(handshake, "value", required: !inHeader);
        }
        else if (kind is "query_echo")
        {
            handshake.Text("parameter", required: true, max: 100);
        }
        else if (handshake.Demanded("answer") is { } answer && answer.IsObject("content_type", "body"))
        {
            answer.Text("content_type", required: true, max: 100);
            if (answer.Demanded("body") is { } body)
                Templates.CheckAnswer(body, new HashSet<string>());
        }
    }
}
