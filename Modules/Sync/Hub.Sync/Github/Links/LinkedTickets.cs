using System.Text.Json.Serialization;

namespace Hub.Sync.Github.Links;

/// <summary>A ticket that a commit, branch or pull request speaks of.</summary>
/// <param name="Id">The hub's id.</param>
/// <param name="Key">The provider's key, such as ENG-12.</param>
internal sealed record LinkedTicket(long Id, string Key);

/// <summary>Something that may speak of tickets.</summary>
internal abstract record LinkedRow
{
    [JsonIgnore]
    public long[]? LinkedIds { get; init; }

    [JsonIgnore]
    public string[]? LinkedKeys { get; init; }

    /// <summary>Tickets whose keys are named in it, as far as there are such tickets at its scope or below.</summary>
    public IReadOnlyList<LinkedTicket> Tickets => [.. (LinkedIds ?? []).Zip(LinkedKeys ?? [], (id, key) => new LinkedTicket(id, key))];

    /// <summary>The columns for a row <c>r</c> that names keys.</summary>
    internal const string Join = """
        left join lateral (
            select array_agg(t.id order by t.id) as linked_ids, array_agg(t.key order by t.id) as linked_keys
            from sync.tickets t
            where upper(t.key) = any(r.ticket_keys) and t.deleted_at is null and t.scope_path @> array[r.scope_id] and t.scope_path @> array[@scope]::bigint[]
        ) linked on true
        """;
}
