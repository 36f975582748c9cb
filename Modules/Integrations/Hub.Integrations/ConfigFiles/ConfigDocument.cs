using System.Text.Json;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.ConfigFiles;

/// <summary>A hub as a text: what is there, where, and how it is configured. Scopes are named by the slugs on the way to them, <c>/</c> is the platform.</summary>
/// <param name="Version">Of this form: 1.</param>
/// <param name="Scopes">The tree without the platform.</param>
/// <param name="Configuration">What scopes give to the integrations below them.</param>
/// <param name="Integrations">Integrations by scope and name.</param>
internal sealed record ConfigDocument(
    int Version, IReadOnlyList<ScopeEntry> Scopes, IReadOnlyList<ConfigurationEntry> Configuration, IReadOnlyList<IntegrationEntry> Integrations)
{
    public const int CurrentVersion = 1;
    private static readonly JsonSerializerOptions Pretty = new(HubJson.Options) { WriteIndented = true, NewLine = "\n" };

    public string Write() => JsonSerializer.Serialize(this, Pretty) + "\n";

    /// <exception cref="JsonException">It is not such a text; the message says where.</exception>
    public static ConfigDocument Read(string text) =>
        JsonSerializer.Deserialize<ConfigDocument>(text, HubJson.Options) ?? throw new JsonException("is null");
}

/// <param name="Path">Slugs from the platform down: <c>/acme/core</c>.</param>
/// <param name="Kind">tenant, team, project or ruleset.</param>
/// <param name="Name">What people call it.</param>
internal sealed record ScopeEntry(string Path, ScopeKind Kind, string Name);

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

/// <summary>A secret in the text.</summary>
/// <param name="Secret">Where its value is found when it is needed: <c>env:NAME</c> or <c>file:PATH</c>.</param>
/// <param name="Fingerprint">Tells whether the hub holds the same value; means something to the hub that made it only. Null asks for the value every time.</param>
internal sealed record SecretEntry(string Secret, string? Fingerprint = null);
