using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ScopeConfig;

/// <summary>What a client sends for a scope's configuration of a type. It replaces what was there; a secret's placeholder keeps it.</summary>
/// <param name="Values">Values by field; null, or left out, sets nothing here.</param>
/// <param name="Locked">Fields that nothing below may set.</param>
internal sealed record ScopeConfigBody(IReadOnlyDictionary<string, JsonElement>? Values = null, IReadOnlyList<string>? Locked = null)
{
    public override string ToString() => nameof(ScopeConfigBody);
}

/// <summary>Decides what a scope's level becomes when a client sends values for it.</summary>
internal sealed class ScopeConfigDrafter(IntegrationSecrets secrets)
{
    /// <exception cref="InvalidException">A value or a lock is not one of the type's fields, or breaks a field's rule.</exception>
    /// <exception cref="ConflictException">A field is set that a scope above locked.</exception>
    public ConfigLevel Draft(IntegrationSchema schema, IReadOnlyList<ConfigLevel> above, ConfigLevel here, ScopeConfigBody body)
    {
        var stored = new StoredConfiguration(here.Values, Names(here.Secrets)) { Inherited = above.SelectMany(level => Names(level.Secrets)).ToHashSet(StringComparer.Ordinal) };
        var draft = Configuration.Draft(schema, stored, body.Values ?? new Dictionary<string, JsonElement>(), replace: true, environment: false);
        var errors = draft.Errors.ToDictionary(error => $"values.{error.Key["configuration.".Length..]}", error => error.Value);
        var locked = body.Locked ?? [];
        for (var i = 0; i < locked.Count; i++)
            if (schema.Fields.All(field => field.Name != locked[i]))
                errors[$"locked[{i}]"] = [$"is not a field of {schema.Name}. Its fields are {string.Join(", ", schema.Fields.Select(field => field.Name))}."];
        if (errors.Count > 0)
            throw new InvalidException(errors);

        var sealedSecrets = secrets.Seal(here.Owner, draft.NewSecrets);
        foreach (var field in draft.KeptSecrets)
            sealedSecrets[field] = here.Secrets[field]!.DeepClone();
        var after = here with { Values = draft.Values, Secrets = sealedSecrets, Locked = locked.ToHashSet(StringComparer.Ordinal) };
        FieldLocks.Require(above, here, after, "values");
        SecretDestinations.Require(schema, above, here, after, "values");
        return after;
    }

    private static HashSet<string> Names(JsonObject secrets) => secrets.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
}
