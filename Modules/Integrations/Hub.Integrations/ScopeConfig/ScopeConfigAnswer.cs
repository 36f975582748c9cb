using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hub.Integrations.Integrations;
using Hub.Integrations.Scopes;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.ScopeConfig;

/// <summary>The effective configuration of a type at one place: each value with where it comes from.</summary>
/// <param name="SchemaId">Id of the type.</param>
/// <param name="Name">The type's name.</param>
/// <param name="ScopeId">The place.</param>
/// <param name="Required">Whether every hub needs this type configured.</param>
/// <param name="Values">Fields that have a value, by name, in the type's order.</param>
/// <param name="ConfigSchema">The type's fields by the level they are meant for.</param>
/// <param name="Locked">Fields that nothing below this place may set.</param>
/// <param name="MissingFields">
/// Required fields without a value. At the platform and at tenants only those meant for the organisation: the others are given further down.
/// </param>
internal sealed record ScopeConfigAnswer(
    string SchemaId, string Name, long ScopeId, bool Required, IReadOnlyDictionary<string, ConfigValue> Values, ConfigFields ConfigSchema,
    IReadOnlyList<string> Locked, IReadOnlyList<string> MissingFields)
{
    // Drafting and searching in the hub itself use it.
    private static readonly string[] RequiredTypes = ["openai"];

    public static bool IsRequired(string type) => RequiredTypes.Contains(type, StringComparer.Ordinal);

    /// <param name="schema">The type.</param>
    /// <param name="kind">What kind of place it is.</param>
    /// <param name="here">The place itself, last of the levels; it may set nothing.</param>
    /// <param name="above">The levels above it, from the platform down.</param>
    public static ScopeConfigAnswer Of(IntegrationSchema schema, ScopeKind kind, ConfigLevel here, IReadOnlyList<ConfigLevel> above)
    {
        IReadOnlyList<ConfigLevel> levels = [.. above, here];
        var merged = Inheritance.Merge(levels);
        var values = new Dictionary<string, ConfigValue>(StringComparer.Ordinal);
        foreach (var name in schema.Fields.Select(field => field.Name).Concat(merged.Keys.Order(StringComparer.Ordinal)).Distinct())
            if (ConfigValue.Of(name, schema.Fields.FirstOrDefault(field => field.Name == name), merged.GetValueOrDefault(name), here) is { } value)
                values[name] = value;
        var fields = schema.Fields.ToLookup(field => field.Level);
        return new ScopeConfigAnswer(
            schema.Id, schema.Name, here.ScopeId, IsRequired(schema.Id), values,
            new ConfigFields([.. fields[FieldLevel.Org]], [.. fields[FieldLevel.Team]]),
            [.. merged.Where(field => field.Value.LockedBy is not null).Select(field => field.Key).Order(StringComparer.Ordinal)],
            [.. EffectiveConfigurations.Missing(schema, levels).Where(name => IsDue(schema, name, kind))]);
    }

    private static bool IsDue(IntegrationSchema schema, string field, ScopeKind kind) =>
        kind is not (ScopeKind.Platform or ScopeKind.Tenant) || schema.Fields.First(f => f.Name == field).Level is FieldLevel.Org;
}

/// <param name="OrgFields">Fields meant for the organisation, such as credentials.</param>
/// <param name="TeamFields">Fields meant for a team, project or ruleset, such as channels.</param>
internal sealed record ConfigFields(IReadOnlyList<SchemaField> OrgFields, IReadOnlyList<SchemaField> TeamFields);

/// <param name="Value">What holds; a placeholder for a secret.</param>
/// <param name="SourceScopeId">Where it is set; null for the type's default.</param>
/// <param name="SourceScopeName">The name of that place.</param>
/// <param name="Locked">Whether this place or one above locked it.</param>
/// <param name="Inherited">Whether a place above sets it.</param>
/// <param name="OverriddenValue">The value that does not hold because of this one: one from above that was overridden, or one from below a lock.</param>
internal sealed record ConfigValue(
    JsonElement Value, long? SourceScopeId, string? SourceScopeName, bool Locked, bool Inherited,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? OverriddenValue)
{
    public static ConfigValue? Of(string name, SchemaField? field, InheritedField? merged, ConfigLevel here)
    {
        var locked = merged?.LockedBy is not null;
        if (merged?.Source is { } source)
            return new ConfigValue(Shown(source, name), source.ScopeId, source.Name, locked, !ReferenceEquals(source, here), merged.Overridden is { } other ? Shown(other, name) : null);
        var overridden = merged?.Overridden is { } shadowed ? Shown(shadowed, name) : (JsonElement?)null;
        return field is { Type: not FieldType.Secret, Default: { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value }
            ? new ConfigValue(value, null, null, locked, false, overridden)
            : overridden is null ? null : new ConfigValue(JsonElement.Parse("null"), null, null, locked, false, overridden);
    }

    private static JsonElement Shown(ConfigLevel level, string name)
    {
        if (level.Secrets[name] is not { } secret)
            return JsonSerializer.SerializeToElement(level.Values[name]);
        var fromEnvironment = secret is JsonValue text && text.TryGetValue<string>(out var word) && word == Configuration.FromEnvironment;
        return JsonSerializer.SerializeToElement(fromEnvironment ? Configuration.FromEnvironment : Configuration.Encrypted);
    }
}
