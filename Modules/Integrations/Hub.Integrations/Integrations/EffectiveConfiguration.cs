using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Integrations;

/// <summary>What calls of an integration use: its own values over what its scopes give it, defaults filled in, secrets in plain text.</summary>
/// <param name="Schema">The type.</param>
/// <param name="IntegrationId">Null for a configuration that is not stored.</param>
/// <param name="Settings">Values that are not secret, by field.</param>
/// <param name="Secrets">Secrets in plain text.</param>
/// <param name="Missing">Required fields without a value.</param>
internal sealed record EffectiveConfiguration(
    IntegrationSchema Schema, long? IntegrationId, IReadOnlyDictionary<string, JsonElement> Settings, OpenedSecrets Secrets, IReadOnlyList<string> Missing)
{
    /// <summary>Id of the type.</summary>
    public string Type => Schema.Id;

    /// <summary>Whose each secret is that a scope gives, by field: what its ciphertext is bound to.</summary>
    public IReadOnlyDictionary<string, string> Givers { get; init; } = new Dictionary<string, string>();

    /// <summary>Why nothing can be called with it, for people; null when it is complete and readable.</summary>
    public string? Problem =>
        Secrets.Problem ?? (Missing.Count > 0 ? $"These required fields are not set: {string.Join(", ", Missing)}." : null);

    public static EffectiveConfiguration Of(IntegrationSchema schema, JsonObject values, OpenedSecrets secrets, long? integrationId = null)
    {
        var present = secrets.Values.Keys.Concat(secrets.Unreadable).ToHashSet(StringComparer.Ordinal);
        return new EffectiveConfiguration(
            schema, integrationId, Configuration.Effective(schema, values), secrets, Configuration.Missing(schema, values, present));
    }

    public string? Secret(string field) => Secrets.Of(field);

    /// <summary>The text of a field, secret or not; null when it is not set, or not a text.</summary>
    public string? Text(string field) => Secrets.Of(field) ?? Settings.Text(field);

    public override string ToString() => $"Configuration of {(IntegrationId is { } id ? $"integration {id}" : Type)}";
}

internal static class SettingsExtensions
{
    /// <returns>The text of a setting; null when it is not set, or not a text.</returns>
    public static string? Text(this IReadOnlyDictionary<string, JsonElement> settings, string field) =>
        settings.TryGetValue(field, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
