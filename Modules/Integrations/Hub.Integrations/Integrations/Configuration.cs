using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Integrations;

/// <summary>What is stored of a configuration: values by field, and which secrets are there.</summary>
internal sealed record StoredConfiguration(JsonObject Values, IReadOnlySet<string> Secrets)
{
    public static readonly StoredConfiguration Empty = new([], new HashSet<string>());

    /// <summary>Secrets that a scope above gives: their placeholder, sent back, means that nothing is set here.</summary>
    public IReadOnlySet<string> Inherited { get; init; } = new HashSet<string>();
}

/// <summary>A configuration as it would be after a change.</summary>
/// <param name="Values">Values that are not secret, without defaults.</param>
/// <param name="NewSecrets">Secrets sent in plain text by the client.</param>
/// <param name="KeptSecrets">Stored secrets that stay.</param>
/// <param name="Errors">Keyed <c>configuration.field</c>; empty when every value is fine.</param>
internal sealed record DraftedConfiguration(
    JsonObject Values, IReadOnlyDictionary<string, string> NewSecrets, IReadOnlySet<string> KeptSecrets, IReadOnlyDictionary<string, string[]> Errors)
{
    public IReadOnlySet<string> AllSecrets => NewSecrets.Keys.Concat(KeptSecrets).ToHashSet(StringComparer.Ordinal);

    public DraftedConfiguration ThrowIfInvalid() => Errors.Count == 0 ? this : throw new InvalidException(Errors);

    public override string ToString() => nameof(DraftedConfiguration);
}

/// <summary>Decides what a configuration becomes when a client sends values for it, what it lacks, and what it means with defaults.</summary>
internal static class Configuration
{
    public const string Encrypted = "[ENCRYPTED]";
    public const string FromEnvironment = "[FROM_ENVIRONMENT]";
    public const int MaxBytes = 1024 * 1024;

    /// <param name="schema">The type's fields.</param>
    /// <param name="stored">What is there now.</param>
    /// <param name="given">What the client sent.</param>
    /// <param name="replace">Whether fields that were not sent go away (PUT) or stay (PATCH).</param>
    /// <param name="environment">Whether secrets come from the environment: then none may be sent.</param>
    public static DraftedConfiguration Draft(
        IntegrationSchema schema, StoredConfiguration stored, IReadOnlyDictionary<string, JsonElement> given, bool replace, bool environment)
    {
        var drafter = new ConfigurationDrafter(schema, stored, replace, environment);
        if (given.Sum(pair => (long)pair.Key.Length + JsonMarshal.GetRawUtf8Value(pair.Value).Length) > MaxBytes)
            throw new InvalidException("configuration", $"must have at most {MaxBytes / 1024 / 1024} MB");
        foreach (var (name, value) in given)
            drafter.Set(name, value);
        return drafter.Result();
    }

    /// <summary>Required fields without a value, in the schema's order. A default is a value.</summary>
    public static IReadOnlyList<string> Missing(IntegrationSchema schema, JsonObject values, IReadOnlySet<string> secrets)
    {
        var effective = Effective(schema, values);
        return [.. schema.Fields
            .Where(field => IsNeeded(field, effective) && !effective.ContainsKey(field.Name) && !secrets.Contains(field.Name))
            .Select(field => field.Name)];
    }

    /// <summary>Values that are not secret with the schema's defaults for those that are not set.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Effective(IntegrationSchema schema, JsonObject values)
    {
        var effective = values.Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value), StringComparer.Ordinal);
        foreach (var field in schema.Fields)
            if (field is { Type: not FieldType.Secret, Default: { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value })
                effective.TryAdd(field.Name, value);
        return effective;
    }

    /// <summary>The errors of a configuration that lacks <paramref name="missing"/> fields.</summary>
    public static Dictionary<string, string[]> MissingErrors(IEnumerable<string> missing) =>
        missing.ToDictionary(field => $"configuration.{field}", _ => new[] { "is required" });

    public static bool IsSecret(this IntegrationSchema schema, string field) => schema.Fields.Any(f => f.Name == field && f.Type is FieldType.Secret);

    private static bool IsNeeded(SchemaField field, IReadOnlyDictionary<string, JsonElement> effective) =>
        field.Required
        || (field.RequiredWhen is { } when && effective.TryGetValue(when.Field, out var choice)
            && choice.ValueKind is JsonValueKind.String && when.Values.Contains(choice.GetString()!, StringComparer.Ordinal));
}
