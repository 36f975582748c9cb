using System.Text.Json;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.ConfigFiles;

/// <summary>A hub as a text: what is there, where, and how it is configured. Scopes are named by the slugs on the way to them, <c>/</c> is the platform.</summary>
/// <param name="Version">Of this form: 1.</param>
/// <param name="Scopes">The tree without the platform.</param>
/// <param name="Configuration">What scopes give to the integrations below them.</param>
/// <param name="Integrations">Integrations by scope and name.</param>
/// <param name="Endpoints">Endpoints by scope and address.</param>
internal sealed record ConfigDocument(
    int Version, IReadOnlyList<ScopeEntry> Scopes, IReadOnlyList<ConfigurationEntry> Configuration, IReadOnlyList<IntegrationEntry> Integrations,
    IReadOnlyList<EndpointEntry> Endpoints)
{
    public const int CurrentVersion = 1;
    private static readonly JsonSerializerOptions Pretty = new(HubJson.Options) { WriteIndented = true, NewLine = "\n" };

    public string Write() => JsonSerializer.Serialize(this, Pretty) + "\n";

    private static readonly JsonSerializerOptions Strict = new(HubJson.Options) { RespectRequiredConstructorParameters = true };

    /// <exception cref="JsonException">It is not such a text; the message says where.</exception>
    public static ConfigDocument Read(string text) =>
        JsonSerializer.Deserialize<ConfigDocument>(text, Strict) is { } document
        && !new IEnumerable<object?>[] { document.Scopes, document.Configuration, document.Integrations, document.Endpoints }.Any(list => list.Contains(null))
            ? document
            : throw new JsonException("is null, or has an entry that is");
}

/// <param name="Path">Slugs from the platform down: <c>/acme/core</c>.</param>
/// <param name="Kind">tenant, team, project or ruleset.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Ruleset">What a ruleset has beyond that; null leaves it.</param>
internal sealed record ScopeEntry(string Path, ScopeKind Kind, string Name, RulesetEntry? Ruleset = null);

/// <inheritdoc cref="Rulesets.RulesetAnswer"/>
internal sealed record RulesetEntry(
    string? Description = null, bool IsActive = true, IReadOnlyList<string>? SearchPriority = null, JsonElement? ResponseGuidelines = null,
    JsonElement? ContextRules = null, JsonElement? AiBehaviorRules = null, JsonElement? ConversationRules = null, JsonElement? ModeSettings = null)
{
    public static RulesetEntry Of(Rulesets.RulesetRow row) => new(
        row.Description, row.IsActive, row.SearchPriority, row.ResponseGuidelines, row.ContextRules, row.AiBehaviorRules, row.ConversationRules, row.ModeSettings);

    /// <summary>Its rules by name.</summary>
    public IEnumerable<(string Name, JsonElement? Value)> Rules =>
    [
        ("response_guidelines", ResponseGuidelines), ("context_rules", ContextRules), ("ai_behavior_rules", AiBehaviorRules),
        ("conversation_rules", ConversationRules), ("mode_settings", ModeSettings),
    ];
}

/// <param name="Scope">Where.</param>
/// <param name="Type">Id of the integration type.</param>
/// <param name="Values">By field; a secret as <see cref="SecretEntry"/>.</param>
/// <param name="Locked">Fields that nothing below may set.</param>
internal sealed record ConfigurationEntry(string Scope, string Type, IReadOnlyDictionary<string, JsonElement> Values, IReadOnlyList<string>? Locked = null);

/// <param name="Scope">Where.</param>
/// <param name="Name">Unique there.</param>
/// <param name="Type">Id of the integration type.</param>
/// <param name="Configuration">By field; a secret as <see cref="SecretEntry"/>.</param>
/// <param name="Enabled">Default true.</param>
/// <param name="Priority">Default 100.</param>
/// <param name="SecretSource">stored (default) or environment.</param>
internal sealed record IntegrationEntry(
    string Scope, string Name, string Type, IReadOnlyDictionary<string, JsonElement> Configuration, bool Enabled = true, int Priority = 100,
    string SecretSource = "stored");

/// <param name="Scope">It is told of what happens there and below.</param>
/// <param name="Url">Where messages are posted.</param>
/// <param name="Number">Tells endpoints of one scope with the same address apart, from 1.</param>
/// <param name="Description">What people call it.</param>
/// <param name="EventTypes">Names, or <c>ticket.*</c>; none for all.</param>
/// <param name="Filter">An object that a message's <c>data</c> must contain.</param>
/// <param name="Enabled">Default true.</param>
/// <param name="RateLimit">Deliveries a second.</param>
/// <param name="Ordering">none (default) or entity.</param>
/// <param name="Secret">The signing secret; without it a new endpoint gets one of its own, as with ed25519 each does.</param>
/// <param name="Signature">hmac or ed25519; without it that of the endpoint, or hmac for a new one.</param>
/// <param name="ContactEmail">Who is told of its failures.</param>
internal sealed record EndpointEntry(
    string Scope, string Url, int Number = 1, string? Description = null, IReadOnlyList<string>? EventTypes = null, JsonElement? Filter = null,
    bool Enabled = true, int? RateLimit = null, string Ordering = "none", SecretEntry? Secret = null, string? Signature = null,
    string? ContactEmail = null);

/// <summary>A secret in the text.</summary>
/// <param name="Secret">Where its value is found when it is needed: <c>env:NAME</c> or <c>file:PATH</c>.</param>
/// <param name="Fingerprint">Tells whether the hub holds the same value; means something to the hub that made it only. Null asks for the value every time.</param>
internal sealed record SecretEntry(string Secret, string? Fingerprint = null);
