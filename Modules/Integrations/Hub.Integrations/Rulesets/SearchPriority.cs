using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Rulesets;

/// <summary>The order in which a ruleset's sources are asked: ids of integration types, each once.</summary>
internal sealed class SearchPriority(IntegrationTypes types)
{
    public const int MaxTypes = 100;

    /// <param name="names">Ids or aliases as sent.</param>
    /// <param name="ct">Cancels the reads.</param>
    /// <returns>Ids.</returns>
    /// <exception cref="InvalidException">One is unknown or named twice.</exception>
    public async Task<IReadOnlyList<string>> Of(IReadOnlyList<string?> names, CancellationToken ct)
    {
        if (names.Count > MaxTypes)
            throw new InvalidException("search_priority", $"must have at most {MaxTypes} entries");
        var known = await types.All(ct);
        var ids = new List<string>();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (index, name) in names.Index())
        {
            if (name is null || Id(name, known) is not { } id)
                errors[$"search_priority[{index}]"] = ["is not a known integration type; GET /api/v1/integrations/schemas lists them"];
            else if (ids.Contains(id))
                errors[$"search_priority[{index}]"] = [$"names {id} a second time; name each type once"];
            else
                ids.Add(id);
        }

        return errors.Count == 0 ? ids : throw new InvalidException(errors);
    }

    public static string? Id(string name, IReadOnlyDictionary<string, IntegrationSchema> known) =>
        known.ContainsKey(name) ? name : known.Values.FirstOrDefault(schema => schema.Aliases.Contains(name, StringComparer.Ordinal))?.Id;
}
