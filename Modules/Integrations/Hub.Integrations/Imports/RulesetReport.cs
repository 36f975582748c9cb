using Hub.Integrations.Contracts;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>Gathers what an import of rulesets did and did not do. Names and keys of others are cut to one line.</summary>
internal sealed class RulesetReport
{
    private readonly List<RulesetSkip> skipped = [];
    private readonly List<RulesetError> errors = [];

    public int RulesetsCreated { get; set; }

    public int RulesetsUpdated { get; set; }

    public int IntegrationsCreated { get; set; }

    public int IntegrationsUpdated { get; set; }

    public int Errors => errors.Count;

    public void Skip(int index, string ruleset, string column, string reason) =>
        skipped.Add(new RulesetSkip(index, StorableText.OneLine(ruleset), StorableText.OneLine(column), reason));

    public void Fail(int index, string? ruleset, string? column, string? field, string message) => errors.Add(new RulesetError(
        index, ruleset is null ? $"#{index}" : StorableText.OneLine(ruleset), column, field is null ? null : StorableText.OneLine(field), message));

    public RulesetImportReport Done(bool dryRun) => new(
        dryRun, RulesetsCreated, RulesetsUpdated, IntegrationsCreated, IntegrationsUpdated, [.. skipped.OrderBy(skip => skip.Index)],
        [.. errors.OrderBy(error => error.Index)]);
}
