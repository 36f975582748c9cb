using System.Text.Json.Nodes;

namespace Hub.Integrations.ScopeConfig;

/// <summary>Where a field's value comes from.</summary>
/// <param name="Source">The place whose value holds; null when nobody sets it: then the type's default holds, if there is one.</param>
/// <param name="LockedBy">The highest place that locked it; null when it is free.</param>
/// <param name="Overridden">The place whose value does not hold because of <paramref name="Source"/>: the one above it, or one below the lock.</param>
internal sealed record InheritedField(ConfigLevel? Source, ConfigLevel? LockedBy, ConfigLevel? Overridden)
{
    public bool IsSecret(string field) => Source?.Secrets[field] is not null;
}

/// <summary>
/// Field by field, the nearest place that sets a value wins, unless a place above locked the field: then nothing below the lock counts. A value that
/// was set before the lock is kept and holds again when the lock goes.
/// </summary>
internal static class Inheritance
{
    /// <param name="levels">From the platform down.</param>
    /// <returns>Every field that some place sets or locks.</returns>
    public static IReadOnlyDictionary<string, InheritedField> Merge(IReadOnlyList<ConfigLevel> levels) => levels
        .SelectMany(level => level.Values.Select(pair => pair.Key).Concat(level.Secrets.Select(pair => pair.Key)).Concat(level.Locked))
        .Distinct(StringComparer.Ordinal)
        .ToDictionary(field => field, field => Of(field, levels), StringComparer.Ordinal);

    /// <summary>Fields whose value is another one with the second set of levels; a ciphertext that differs counts as another secret.</summary>
    public static IReadOnlyList<string> Changed(IReadOnlyDictionary<string, InheritedField> before, IReadOnlyDictionary<string, InheritedField> after) =>
        [.. before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(field => !JsonNode.DeepEquals(ValueOf(before, field), ValueOf(after, field)))
            .Order(StringComparer.Ordinal)];

    private static InheritedField Of(string field, IReadOnlyList<ConfigLevel> levels)
    {
        ConfigLevel? source = null, lockedBy = null, above = null, below = null;
        foreach (var level in levels)
        {
            if (level.Sets(field))
            {
                if (lockedBy is null)
                    (above, source) = (source, level);
                else
                    below = level;
            }

            if (level.Locked.Contains(field))
                lockedBy ??= level;
        }

        return new InheritedField(source, lockedBy, below ?? above);
    }

    private static JsonNode? ValueOf(IReadOnlyDictionary<string, InheritedField> fields, string field) =>
        fields.GetValueOrDefault(field)?.Source is { } source ? source.Secrets[field] ?? source.Values[field] : null;
}
