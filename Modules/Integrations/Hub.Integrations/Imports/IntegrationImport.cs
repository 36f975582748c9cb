using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Imports;

/// <summary>What old data says of one integration.</summary>
/// <param name="ScopePath">Where it shall belong, root first.</param>
/// <param name="Existing">The integration it was imported as before; null for a new one.</param>
/// <param name="Schema">Its type.</param>
/// <param name="Names">What it may be called, the first that is free; an existing one keeps its own where it is among them or there are none.</param>
/// <param name="Enabled">Whether the old data had it in use.</param>
/// <param name="Priority">Null leaves it, or takes the default.</param>
/// <param name="Configuration">Values by field.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="LegacyId">The id of its old row.</param>
/// <param name="OldType">How its type was spelled, where that says more than its id.</param>
internal sealed record WantedImport(
    IReadOnlyList<long> ScopePath, IntegrationRow? Existing, IntegrationSchema Schema, IReadOnlyList<string> Names, bool Enabled, int? Priority,
    OldConfiguration Configuration, string Origin, string? LegacyId, string? OldType = null)
{
    public override string ToString() => $"Import of a {Schema.Id}";
}

internal enum ImportChange
{
    Unchanged,
    Created,
    Updated,
    Refused,
}

/// <param name="Change">What happened.</param>
/// <param name="Missing">Required fields without a value, for which it had to be switched off.</param>
/// <param name="Errors">Why it was refused: old key, or null, and message.</param>
internal sealed record ImportOutcome(ImportChange Change, IReadOnlyList<string> Missing, IReadOnlyList<(string? Key, string Message)> Errors)
{
    public static ImportOutcome Refused(params IEnumerable<(string? Key, string Message)> errors) => new(ImportChange.Refused, [], [.. errors]);
}

/// <summary>
/// Makes an old configuration an integration, or brings the one it was before up to date. What is the same already is not written, secrets included:
/// they are opened and compared. Inside the caller's transaction.
/// </summary>
internal sealed class IntegrationImport(IntegrationChanges changes, IntegrationStore store, IntegrationSecrets secrets, LegacyStore legacy, Savepoint savepoint)
{
    /// <param name="wanted">What it shall be.</param>
    /// <param name="mayUseEnvironment">Whether the caller may change integrations that take secrets from the environment.</param>
    /// <param name="ct">Cancels the writes.</param>
    public async Task<ImportOutcome> Save(WantedImport wanted, bool mayUseEnvironment, CancellationToken ct)
    {
        try
        {
            if (wanted.Existing is { } row)
            {
                var plan = Plan(wanted, row);
                if (plan.ChangesNothing)
                    return new ImportOutcome(ImportChange.Unchanged, MissingFor(wanted, row), []);
                if (row.UsesEnvironment && !mayUseEnvironment)
                    return ImportOutcome.Refused((null, "takes its secrets from the environment: only platform admins may change it"));
            }

            return await savepoint.Run(() => Write(wanted, ct), ct);
        }
        catch (InvalidException refused)
        {
            return ImportOutcome.Refused(refused.Errors.SelectMany(error => error.Value.Select(message => (KeyOf(wanted, error.Key), message))));
        }
        catch (ConflictException refused)
        {
            return ImportOutcome.Refused((null, refused.Message));
        }
    }

    private async Task<ImportOutcome> Write(WantedImport wanted, CancellationToken ct)
    {
        var before = wanted.Existing is { } row ? await store.Lock(row.Id, row.ScopeId, ct) : null;
        var saved = before is null ? await Create(wanted, ct) : await Update(wanted, before, ct);
        if (saved.Version == before?.Version)
            return new ImportOutcome(ImportChange.Unchanged, MissingFor(wanted, saved), []);
        var names = new JsonObject(wanted.Configuration.Names.Select(name => KeyValuePair.Create(name.Key, (JsonNode?)name.Value)));
        if (wanted.OldType is { } type)
            names[LegacyRecord.Type] = type;
        await legacy.Save(new LegacyRecord(saved.Id, saved.ScopeId, wanted.Origin, wanted.LegacyId, names), ct);
        return new ImportOutcome(before is null ? ImportChange.Created : ImportChange.Updated, MissingFor(wanted, saved), []);
    }

    private async Task<IntegrationRow> Create(WantedImport wanted, CancellationToken ct)
    {
        var draft = Integrations.Configuration.Draft(
            wanted.Schema, StoredConfiguration.Empty, wanted.Configuration.Given, replace: true, environment: false).ThrowIfInvalid();
        foreach (var name in wanted.Names)
        {
            var made = await OffIfIncomplete(wanted.Enabled, enabled => changes.Create(
                new NewIntegration(
                    wanted.ScopePath[^1], wanted.ScopePath, name, wanted.Schema, draft, enabled, wanted.Priority ?? 100, SecretSources.Stored), ct));
            if (made is not null)
                return made;
        }

        throw IntegrationStore.NameTaken(wanted.Names[0]);
    }

    private Task<IntegrationRow> Update(WantedImport wanted, IntegrationRow row, CancellationToken ct)
    {
        var plan = Plan(wanted, row);
        return OffIfIncomplete(plan.Enabled, enabled => changes.Change(
            row, wanted.Schema, new WantedIntegration(plan.Name, enabled, plan.Priority, row.SecretSource, plan.Draft), ct));
    }

    /// <summary>What is to be done to an integration that is there.</summary>
    private Planned Plan(WantedImport wanted, IntegrationRow row)
    {
        var opened = secrets.Open(row, wanted.Schema);
        var given = wanted.Configuration.Given.Where(pair => !IsKept(wanted.Schema, row, opened, pair.Key, pair.Value)).ToDictionary(StringComparer.Ordinal);
        var draft = Integrations.Configuration.Draft(
            wanted.Schema, new StoredConfiguration(row.Configuration, secrets.Present(row, wanted.Schema)), given, replace: false,
            environment: row.UsesEnvironment).ThrowIfInvalid();
        var name = wanted.Names is [var called, ..] && !wanted.Names.Contains(row.Name, StringComparer.Ordinal) ? called : row.Name;
        var priority = wanted.Priority ?? row.Priority;
        var same = draft.NewSecrets.Count == 0 && JsonNode.DeepEquals(draft.Values, row.Configuration);
        // Off for want of a field stays off until something is there that could complete it.
        var enabled = wanted.Enabled && (row.Enabled || row.MissingFields.Count == 0 || !same);
        return new Planned(name, enabled, priority, draft, same && enabled == row.Enabled && name == row.Name && priority == row.Priority);
    }

    private static bool IsKept(IntegrationSchema schema, IntegrationRow row, OpenedSecrets opened, string field, JsonElement value)
    {
        if (!schema.IsSecret(field))
            return false;
        if (row.UsesEnvironment)
            return true;
        var rule = schema.Fields.First(known => known.Name == field);
        return opened.Of(field) is { } stored && FieldRules.Refusal(rule, value, out var accepted) is null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(stored), Encoding.UTF8.GetBytes(accepted.GetString()!));
    }

    // Thrown before anything is written, so that trying again is free.
    private static async Task<T> OffIfIncomplete<T>(bool enabled, Func<bool, Task<T>> write)
    {
        try
        {
            return await write(enabled);
        }
        catch (InvalidException) when (enabled)
        {
            return await write(false);
        }
    }

    private static string[] MissingFor(WantedImport wanted, IntegrationRow row) => wanted.Enabled && !row.Enabled ? [.. row.MissingFields] : [];

    private static string? KeyOf(WantedImport wanted, string path)
    {
        var field = path.StartsWith("configuration.", StringComparison.Ordinal) ? path["configuration.".Length..] : path;
        return wanted.Configuration.Names.GetValueOrDefault(field) ?? (field is "configuration" ? null : field);
    }

    private sealed record Planned(string Name, bool Enabled, int Priority, DraftedConfiguration Draft, bool ChangesNothing)
    {
        public override string ToString() => nameof(Planned);
    }
}
