using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Imports;

/// <summary>Writes an integration's configuration the way the old data had it: its own keys where it was imported, else the fields' names.</summary>
internal sealed class LegacyForm(IntegrationSecrets secrets)
{
    /// <param name="row">The integration.</param>
    /// <param name="schema">Its type; null for one that the catalogue has no more.</param>
    /// <param name="origin">Where it came from, if it was imported.</param>
    /// <param name="withSecrets">In plain text; else a placeholder says that one is there. Those of the environment are never written.</param>
    public JsonObject Of(IntegrationRow row, IntegrationSchema? schema, LegacyRecord? origin, bool withSecrets)
    {
        var opened = withSecrets && schema is not null && !row.UsesEnvironment ? secrets.Open(row, schema) : null;
        var present = schema is null ? row.Secrets.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal) : secrets.Present(row, schema);
        var placeholder = row.UsesEnvironment ? Configuration.FromEnvironment : Configuration.Encrypted;
        var form = new JsonObject();
        foreach (var field in (schema?.Fields.Select(field => field.Name) ?? []).Concat(row.Configuration.Select(pair => pair.Key)).Concat(present).Distinct())
        {
            var value = present.Contains(field) ? opened?.Of(field) ?? placeholder : row.Configuration[field]?.DeepClone();
            if (value is not null)
                Write(form, origin?.NameOf(field) ?? field, value);
        }

        return form;
    }

    // "owner/repo" were two keys whose values were joined by a slash.
    private static void Write(JsonObject form, string name, JsonNode value)
    {
        var (keys, text) = (name.Split('/'), value is JsonValue single && single.TryGetValue<string>(out var plain) ? plain : "");
        if (keys.Length == 2 && text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
        {
            form[keys[0]] = text[..slash];
            form[keys[1]] = text[(slash + 1)..];
        }
        else
        {
            form[keys[^1]] = value;
        }
    }
}
