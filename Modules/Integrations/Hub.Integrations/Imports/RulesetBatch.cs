using Hub.Integrations.Integrations;
using Hub.Integrations.Rulesets;
using Hub.Integrations.Scopes;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>Writes some old rulesets in one transaction; of those that are in the hub as they are, nothing is written or locked.</summary>
internal sealed class RulesetBatch(Db db, ScopeChanges scopes, RulesetStore store, RulesetChanges rulesets, LegacyStore legacy, IntegrationImport import)
{
    /// <summary>So many rulesets share a transaction: short enough that others hardly wait for it.</summary>
    public const int Size = 100;
    private const int MaxName = 200;

    /// <param name="Parent">What the rulesets hang under.</param>
    /// <param name="CallerScope">On whose behalf.</param>
    /// <param name="MayUseEnvironment">Whether the caller is a platform admin, or the command line.</param>
    /// <param name="DryRun">Do everything and undo it.</param>
    public sealed record Job(long Parent, long CallerScope, bool MayUseEnvironment, bool DryRun);

    /// <summary>What rulesets have already.</summary>
    private sealed record Stored(ILookup<long, IntegrationRow> Integrations, IReadOnlyDictionary<long, LegacyRecord> Origins);

    public async Task Run(Job job, IReadOnlyList<OldRuleset> batch, KnownRulesets known, RulesetReport report, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var parent = await scopes.Parent(ScopeKind.Ruleset, job.Parent, job.CallerScope, "scope_id", ct);
        var ids = batch.Select(known.Find).OfType<long>().ToArray();
        var existing = (await store.Of(ids, ct)).ToDictionary(row => row.Id);
        var stored = await StoredOf(ids, ct);
        foreach (var old in batch)
        {
            var ruleset = known.Find(old) is { } id && existing.TryGetValue(id, out var row)
                ? await Change(old, row, report, ct)
                : await Create(old, parent, report, ct);
            var own = existing.ContainsKey(ruleset.Id) || old.Sources.Count == 0 ? stored : await StoredOf([ruleset.Id], ct);
            foreach (var source in old.Sources)
                await Import(job, old, source, ruleset, own, report, ct);
        }

        if (!job.DryRun)
            await tx.Commit(ct);
    }

    private async Task<Stored> StoredOf(IReadOnlyCollection<long> rulesets, CancellationToken ct) =>
        new((await legacy.Integrations(rulesets, ct)).ToLookup(row => row.ScopeId), await legacy.Of(rulesets, ct));

    private async Task<RulesetRow> Create(OldRuleset old, ScopeAnswer parent, RulesetReport report, CancellationToken ct)
    {
        var slug = Slug.From(old.Name);
        if (await rulesets.Create(old.Name, slug, parent, old.Details, ct) is { } created)
        {
            report.RulesetsCreated++;
            return created;
        }

        // The slug is taken: by another name that is written alike, or by an import of the same row that runs beside this one.
        if (await store.Twin(parent.Id, old.Name, old.Details.LegacyId, ct) is { } twin)
            return await Change(old, twin, report, ct);
        report.RulesetsCreated++;
        return (await rulesets.Create(old.Name, null, parent, old.Details, ct))!;
    }

    private async Task<RulesetRow> Change(OldRuleset old, RulesetRow row, RulesetReport report, CancellationToken ct)
    {
        if (RulesetRow.Diff(row, Wanted(old, row)).Count == 0)
            return row;
        await scopes.Lock(row.Id, ScopeKind.Ruleset, row.Id, ct);
        var before = await store.Require(row.Id, row.Id, ct);
        var after = await rulesets.Change(before, Wanted(old, before), ct);
        if (after.Version != before.Version)
            report.RulesetsUpdated++;
        return after;
    }

    private static RulesetRow Wanted(OldRuleset old, RulesetRow row) =>
        (old.Details with { LegacyId = old.Details.LegacyId ?? row.LegacyId }).Over(row) with { Name = old.Name };

    private async Task Import(Job job, OldRuleset old, ColumnSource from, RulesetRow ruleset, Stored stored, RulesetReport report, CancellationToken ct)
    {
        var (column, source, schema) = from;
        var existing = ColumnChoice.Of(column, stored.Integrations[ruleset.Id], stored.Origins, schema.Id);
        if (!source.Enabled && existing is null)
        {
            report.Skip(old.Index, old.Name, column.Name, "it is disabled");
            return;
        }

        if (existing is not null && existing.IntegrationType != schema.Id)
        {
            report.Fail(old.Index, old.Name, column.Name, null,
                $"integration {existing.Id} was imported from here as {existing.IntegrationType}; delete it to import this as {schema.Id}");
            return;
        }

        var configuration = OldConfiguration.Of(schema, source.Members);
        var names = NamesFor(source, schema, existing);
        var outcome = NameRefusal(source.Name) is { } refusal
            ? ImportOutcome.Refused(("name", refusal))
            : await import.Save(
                new WantedImport(ruleset.Path, existing, schema, names, source.Enabled, null, configuration, column.Name, null), job.MayUseEnvironment, ct);
        Report(old, from, configuration, outcome, report);
    }

    private static void Report(OldRuleset old, ColumnSource from, OldConfiguration configuration, ImportOutcome outcome, RulesetReport report)
    {
        var column = from.Column.Name;
        foreach (var (key, message) in outcome.Errors)
            report.Fail(old.Index, old.Name, column, key is null ? null : $"{column}.{key}", message);
        if (outcome.Change is ImportChange.Refused)
            return;
        report.IntegrationsCreated += outcome.Change is ImportChange.Created ? 1 : 0;
        report.IntegrationsUpdated += outcome.Change is ImportChange.Updated ? 1 : 0;
        foreach (var (key, reason) in configuration.Unknown)
            report.Skip(old.Index, old.Name, column, $"key '{StorableText.OneLine(key)}': {reason}; it was left out");
        if (outcome.Missing.Count > 0)
            report.Skip(old.Index, old.Name, column, $"imported as {from.Schema.Id} but switched off: {string.Join(", ", outcome.Missing)} missing");
    }

    // The columns of one ruleset may have had the same name.
    private static string[] NamesFor(OldSource source, IntegrationSchema schema, IntegrationRow? existing) =>
        source.Name is { } named ? [.. new[] { named, $"{named} ({schema.Name})" }.Where(name => name == named || name.Length <= MaxName)]
        : existing is null ? [schema.Name, $"{schema.Name} (imported)"]
        : [];

    private static string? NameRefusal(string? name) =>
        name is { Length: > MaxName } || (name?.Any(char.IsControl) ?? false) ? $"must have 1 to {MaxName} characters and no control characters" : null;
}

/// <summary>Which integration of a ruleset a column of the old form stands for.</summary>
internal static class ColumnChoice
{
    /// <param name="column">The column.</param>
    /// <param name="integrations">The ruleset's, by priority and age.</param>
    /// <param name="origins">Where they came from.</param>
    /// <param name="type">The type it shall be; null for any of the column's.</param>
    /// <returns>The one that came from there, else the first of such a type that did not come from elsewhere; null when there is none.</returns>
    public static IntegrationRow? Of(
        OldColumn column, IEnumerable<IntegrationRow> integrations, IReadOnlyDictionary<long, LegacyRecord> origins, string? type = null)
    {
        var fitting = integrations.Where(row => column.Types.Contains(row.IntegrationType)).ToArray();
        return fitting.FirstOrDefault(row => origins.GetValueOrDefault(row.Id)?.Origin == column.Name)
            ?? fitting.FirstOrDefault(row => type is null || row.IntegrationType == type);
    }
}
