using Hub.SharedKernel.Data;

namespace Hub.Integrations.Imports;

/// <summary>The rulesets that hang under a scope, to find the one that an old row was imported as: by its old id, else by its name.</summary>
internal sealed class KnownRulesets
{
    private readonly Dictionary<string, Entry> byLegacyId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> byName = new(StringComparer.OrdinalIgnoreCase);

    private sealed record Entry(long Id, string Name, string? LegacyId);

    public static async Task<KnownRulesets> Under(Db db, long parentId, CancellationToken ct)
    {
        var known = new KnownRulesets();
        foreach (var entry in await db.List<Entry>(Select, new { parentId }, ct))
        {
            if (entry.LegacyId is { } id)
                known.byLegacyId.TryAdd(id, entry);
            // One without an old id may be taken over by a row that has one, so it goes first.
            if (!known.byName.TryAdd(entry.Name, entry) && entry.LegacyId is null && known.byName[entry.Name].LegacyId is not null)
                known.byName[entry.Name] = entry;
        }

        return known;
    }

    /// <returns>The id of the ruleset that this row is; null for a new one.</returns>
    public long? Find(OldRuleset old)
    {
        var legacyId = old.Details.LegacyId;
        if (legacyId is not null && byLegacyId.TryGetValue(legacyId, out var same))
            return same.Id;
        // The same name with another old id is another ruleset.
        return byName.TryGetValue(old.Name, out var named) && (legacyId is null || named.LegacyId is null) ? named.Id : null;
    }

    private const string Select = """
        select s.id, s.name, r.legacy_id
        from integrations.scopes s
        left join integrations.rulesets r on r.scope_id = s.id
        where s.parent_id = @parentId and s.kind = 'ruleset'
        order by s.id
        """;
}

/// <summary>What an input has had so far, to tell rows that are there twice.</summary>
internal sealed class SeenRows
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Index, bool HasId)> names = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Which earlier row is the same one and by what; null for a new one.</returns>
    public (int Index, string Field)? Earlier(int index, string name, string? legacyId)
    {
        if (legacyId is not null && !ids.TryAdd(legacyId, index))
            return (ids[legacyId], "id");
        if (names.TryAdd(name, (index, legacyId is not null)))
            return null;
        var first = names[name];
        // Two rows with old ids of their own may share a name.
        return legacyId is not null && first.HasId ? null : (first.Index, "name");
    }
}
