using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.ConnectionTests;

/// <summary>What is tested: a type with effective settings and secrets, stored or not.</summary>
/// <param name="Type">Id of the type.</param>
/// <param name="Settings">Values that are not secret, defaults filled in.</param>
/// <param name="Secrets">Secrets in plain text.</param>
/// <param name="Missing">Required fields without a value.</param>
internal sealed record TestSubject(string Type, IReadOnlyDictionary<string, JsonElement> Settings, OpenedSecrets Secrets, IReadOnlyList<string> Missing)
{
    public static TestSubject Of(IntegrationSchema schema, System.Text.Json.Nodes.JsonObject values, OpenedSecrets secrets)
    {
        var present = secrets.Values.Keys.Concat(secrets.Unreadable).ToHashSet(StringComparer.Ordinal);
        return new TestSubject(schema.Id, Configuration.Effective(schema, values), secrets, Configuration.Missing(schema, values, present));
    }

    public string? Secret(string field) => Secrets.Of(field);

    public override string ToString() => $"Test of {Type}";
}

internal static class SettingsExtensions
{
    /// <returns>The text of a setting; null when it is not set, or not a text.</returns>
    public static string? Text(this IReadOnlyDictionary<string, JsonElement> settings, string field) =>
        settings.TryGetValue(field, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
