using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Webhooks.Verification;

/// <summary>
/// How one integration type's deliveries are proven and read: the <c>webhook</c> member of its catalogue document. Members that this code does not
/// know, such as a payload template to show, are left alone.
/// </summary>
internal sealed record WebhookScheme
{
    private static readonly JsonSerializerOptions Words = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Proves nothing: every delivery is refused.</summary>
    public static readonly WebhookScheme None = new();

    /// <summary>In order of strength: the first whose condition holds and whose secret is set decides alone, so nothing falls back to a weaker one.</summary>
    public IReadOnlyList<ProofRule> Verifications { get; init; } = [];

    public ValueRule? EventType { get; init; }

    public ValueRule? DeliveryId { get; init; }

    /// <summary>What events are about, in parts: alternatives by <c>|</c>, the first part must be there, the others may be.</summary>
    public IReadOnlyList<string> Entity { get; init; } = [];

    /// <summary>JSON path of a list whose entries are events of their own; <c>$</c> when it is the body. A body without that list is one event.</summary>
    public string? Each { get; init; }

    /// <summary>Deliveries may have no body at all; they mean JSON null.</summary>
    public bool EmptyBody { get; init; }

    public HandshakeRule? Handshake { get; init; }

    /// <returns>The rule that decides alone for an integration; null when none does, and every delivery is refused.</returns>
    public ProofRule? RuleFor(SenderFields fields) => Verifications.FirstOrDefault(rule => rule.When?.Holds(fields) is not false && rule.IsSet(fields));

    /// <returns>The scheme; <see cref="None"/> for JSON null and for a document that is not of this form.</returns>
    public static WebhookScheme Parse(JsonElement webhook)
    {
        try
        {
            return webhook.ValueKind is JsonValueKind.Object ? webhook.Deserialize<WebhookScheme>(Words)! : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }
}

/// <summary>One way of proof. Texts in braces, such as <c>{signature_header}</c>, stand for a setting of the integration.</summary>
internal sealed record ProofRule
{
    /// <summary>How public keys begin in the Standard Webhooks. No such text is ever taken for a shared secret.</summary>
    public const string PublicKeyPrefix = "whpk_";

    /// <summary>
    /// <c>hmac</c>, <c>ed25519</c>, <c>plain</c> (the secret in a header), <c>basic</c>, <c>bearer</c>, <c>jwt-hs256</c>, or <c>none</c> (the URL's token
    /// alone). Any other word proves nothing.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>The rule applies only then.</summary>
    public FieldCondition? When { get; init; }
    public string? Header { get; init; }

    /// <summary>Must stand before the signature; entries of a list without it are skipped.</summary>
    public string? Prefix { get; init; }

    /// <summary>Several signatures in one header, as while a secret rotates: one good one is enough.</summary>
    public string? ListSeparator { get; init; }

    /// <summary><c>hex</c> (lower case only) or <c>base64</c>.</summary>
    public string? Encoding { get; init; }

    /// <summary><c>sha256</c>, <c>sha512</c>, or <c>sha1</c> where a provider has nothing better.</summary>
    public string? Algorithm { get; init; }
    public string? SecretField { get; init; }

    /// <summary>For <c>basic</c>: the user, where the secret is the password alone.</summary>
    public string? Username { get; init; }

    /// <summary>
    /// <c>utf8</c>: the text as shown to the user. <c>base64</c>: decoded, after <see cref="SecretPrefix"/> is cut off. A public key is <c>base64</c> or
    /// <c>hex</c>.
    /// </summary>
    public string? SecretEncoding { get; init; }

    /// <summary>How secrets may begin. For <c>ed25519</c> they must: one that begins otherwise is left to the rules further down.</summary>
    public string? SecretPrefix { get; init; }

    /// <summary>What is signed, of <c>{body}</c>, <c>{timestamp}</c>, <c>{id}</c>, <c>{method}</c>, <c>{url}</c> and literal text.</summary>
    public string? Content { get; init; }
    public string? IdHeader { get; init; }
    public string? TimestampHeader { get; init; }

    /// <summary>JSON path of a timestamp inside the signed body.</summary>
    public string? TimestampBody { get; init; }

    /// <summary>Marks the timestamp inside a list, as in <c>t=1700000000,v1=...</c>.</summary>
    public string? TimestampPrefix { get; init; }

    /// <summary><c>s</c>, <c>ms</c> (since 1970) or <c>iso</c>.</summary>
    public string? TimestampFormat { get; init; }

    /// <summary>How far the timestamp may be off, both ways.</summary>
    public int? ToleranceSeconds { get; init; }

    /// <summary>Where the sender of this form says the event's type; else as the scheme says.</summary>
    public ValueRule? EventType { get; init; }
    public ValueRule? DeliveryId { get; init; }

    public bool IsSet(SenderFields fields) =>
        Kind is "none" || (fields.Secret(SecretField) is { } secret
            && (Kind is not "ed25519" || secret.StartsWith(SecretPrefix ?? "", StringComparison.Ordinal)));

    public string WithoutPrefix(string secret) =>
        SecretPrefix is { } prefix && secret.StartsWith(prefix, StringComparison.Ordinal) ? secret[prefix.Length..] : secret;
}

/// <summary>A setting has one of these values, or is there at all.</summary>
internal sealed record FieldCondition(string Field, IReadOnlyList<string>? Values = null, bool? Present = null)
{
    public bool Holds(SenderFields fields)
    {
        var value = fields.Setting(Field);
        return Values is not null ? value is not null && Values.Contains(value, StringComparer.Ordinal) : Present != false == value is not null;
    }
}

/// <summary>Where a value is found: alternatives are separated by <c>|</c>; the field counts before the header, the header before the body.</summary>
/// <param name="Header">Header names.</param>
/// <param name="Body">JSON paths.</param>
/// <param name="Action">JSON path of a sub-type, appended after a dot.</param>
/// <param name="Field">A setting that holds a header name or a JSON path.</param>
/// <param name="Parts">JSON paths that only together are the value, joined by colons; all must be there.</param>
internal sealed record ValueRule(
    string? Header = null, string? Body = null, string? Action = null, string? Field = null, IReadOnlyList<string>? Parts = null);

/// <summary>What a provider sends before its events, and the answer it wants to it.</summary>
/// <param name="Kind">
/// <c>echo</c>: answered, nothing is stored. <c>reply</c>: answered, and stored as any other delivery. <c>store_secret</c>: brings the secret that proves
/// what follows; taken once, while none is set. <c>query_echo</c>: a parameter of the address is answered as it came.
/// </param>
/// <param name="Signed">Only after the proof. <c>echo</c> and <c>reply</c> are never followed without one, the other two never come with one.</param>
/// <param name="When">Which deliveries; null for all.</param>
/// <param name="Answer">The answer, 200.</param>
/// <param name="Header">For <c>store_secret</c>: the header that holds the secret and is answered as it came.</param>
/// <param name="Value">For <c>store_secret</c>: JSON path of the secret, where no header holds it.</param>
/// <param name="SecretField">For <c>store_secret</c>: the field it becomes.</param>
/// <param name="Parameter">For <c>query_echo</c>: the parameter's name.</param>
internal sealed record HandshakeRule(
    string Kind, bool Signed, BodyCondition? When = null, HandshakeAnswer? Answer = null, string? Header = null, string? Value = null,
    string? SecretField = null, string? Parameter = null);

/// <summary>A member of the body has this value, or another one, or is there at all.</summary>
internal sealed record BodyCondition(
    string Path, [property: JsonPropertyName("equals")] JsonElement? Value = null, JsonElement? NotEquals = null, bool? Exists = null)
{
    public bool Holds(JsonElement? member) => Exists is { } wanted ? wanted == member is not null
        : Value is { } value ? member is { } found && JsonElement.DeepEquals(found, value)
        : NotEquals is { } other && !(member is { } present && JsonElement.DeepEquals(present, other));
}

/// <param name="ContentType">Media type.</param>
/// <param name="Body">Text; <c>{$.path}</c> stands for a member of the delivery.</param>
internal sealed record HandshakeAnswer(string ContentType, string Body);
