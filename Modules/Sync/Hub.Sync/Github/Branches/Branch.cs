using Hub.Sync.Github.Links;

namespace Hub.Sync.Github.Branches;

/// <summary>A branch as it is shown.</summary>
internal sealed record Branch : LinkedRow
{
    public required string Name { get; init; }
    public required bool IsDefault { get; init; }
    public required bool Protected { get; init; }
    public required string HeadSha { get; init; }

    /// <summary>Of the commit it points to; null until that was read.</summary>
    public string? HeadMessage { get; init; }
    public string? HeadAuthor { get; init; }
    public DateTimeOffset? HeadCommittedAt { get; init; }

    internal const string Columns = """
        r.name, r.name = repository.default_branch as is_default, r.protected, r.head_sha, head.message as head_message,
        coalesce(head.author_login, head.author_name) as head_author, head.committed_at as head_committed_at, linked.linked_ids, linked.linked_keys
        """;

    internal const string Around = """
        join sync.repositories repository on repository.integration_id = r.integration_id and repository.repository_id = r.repository_id
        left join sync.commits head on head.integration_id = r.integration_id and head.repository_id = r.repository_id and head.sha = r.head_sha
        """;
}
