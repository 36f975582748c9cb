using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Integrations;

/// <summary>Applies sent values to a stored configuration one by one and gathers what is wrong with them.</summary>
internal sealed class ConfigurationDrafter(IntegrationSchema schema, StoredConfiguration stored, bool replace, bool environment)
{
    private const int MostErrors = 50;
    private readonly Dictionary<string, SchemaField> fields = schema.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
    private readonly JsonObject values = replace ? [] : stored.Values.DeepClone().AsObject();
    private readonly Dictionary<string, string> newSecrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> kept = new(replace ? [] : stored.Secrets, StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);

    /// <summary>Null and blank text remove; a secret's placeholder keeps it.</summary>
    public void Set(string name, JsonElement value)
    {
        if (!fields.TryGetValue(name, out var field))
            Unknown(name, value);
        else if (IsNothing(value))
            Remove(name);
        else if (field.Type is FieldType.Secret)
            SetSecret(field, value);
        else
            SetValue(field, value);
    }

    public DraftedConfiguration Result()
    {
        if (JsonSerializer.SerializeToUtf8Bytes(values).Length > Configuration.MaxBytes)
            throw new InvalidException("configuration", $"must have at most {Configuration.MaxBytes / 1024 / 1024} MB");
        return new DraftedConfiguration(values, newSecrets, kept, errors);
    }

    private void SetSecret(SchemaField field, JsonElement value)
    {
        var refusal = FieldRules.Refusal(field with { Pattern = null }, value, out var accepted);
        var text = refusal is null ? accepted.GetString()! : "";
        if (text.Trim() is Configuration.Encrypted or Configuration.FromEnvironment)
        {
            if (environment || stored.Secrets.Contains(field.Name))
                kept.Add(field.Name);
            else if (!stored.Inherited.Contains(field.Name))
                Fail(field.Name, "is only the placeholder of a secret, and none is stored: send the secret itself");
            return;
        }

        if ((refusal ?? FieldRules.Refusal(field, value, out _)) is { } wrong)
            Fail(field.Name, wrong);
        else if (environment)
            Fail(field.Name, "comes from the environment for this integration and cannot be sent; set secret_source to stored to store it here");
        else
        {
            kept.Remove(field.Name);
            newSecrets[field.Name] = text;
        }
    }

    private void SetValue(SchemaField field, JsonElement value)
    {
        var wanted = value;
        if (!replace && field.Type is FieldType.Json && value.ValueKind is JsonValueKind.Object && values[field.Name] is JsonObject known)
            wanted = StorableText.Everywhere(value) ? JsonSerializer.SerializeToElement(MergePatch.Apply(known, value)) : value;
        if (FieldRules.Refusal(field, wanted, out var accepted) is { } refusal)
            Fail(field.Name, refusal);
        else
            values[field.Name] = JsonNode.Parse(JsonMarshal.GetRawUtf8Value(accepted));
    }

    private void Unknown(string name, JsonElement value)
    {
        // What an earlier version of the type had can be taken away.
        if (value.ValueKind is JsonValueKind.Null && (stored.Values.ContainsKey(name) || stored.Secrets.Contains(name)))
            Remove(name);
        else
            Fail(name, $"is not a field of {schema.Name}. Its fields are {string.Join(", ", fields.Keys)}.");
    }

    private void Remove(string name)
    {
        values.Remove(name);
        kept.Remove(name);
    }

    // Ten thousand wrong fields need no answer of megabytes.
    private void Fail(string name, string message)
    {
        if (errors.Count < MostErrors)
            errors[$"configuration.{name}"] = [message];
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.String => StorableText.Of(value, out var text) && string.IsNullOrWhiteSpace(text),
        _ => false,
    };
}
