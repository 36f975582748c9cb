namespace Hub.Sync.Github.Streams;

/// <summary>The repository that an integration reads now, as it is stored.</summary>
internal sealed record Repo
{
    public required long IntegrationId { get; init; }
    public required IReadOnlyList<long> ScopePath { get; init; }
    public required long RepositoryId { get; init; }
    public required string FullName { get; init; }
    public required string DefaultBranch { get; init; }

    /// <summary>The default branch's head; null while no branches were read or there are none.</summary>
    public string? Head { get; init; }
    public required bool CanPush { get; init; }
    public string? TreeSha { get; init; }
    public string? TreeCommitSha { get; init; }

    /// <summary>Its address below the API's; after a rename GitHub leads from it to the new one.</summary>
    public string Api => $"/repos/{FullName}";

    internal const string Select = """
        select r.integration_id, r.scope_path, r.repository_id, r.full_name, r.default_branch, r.can_push, r.tree_sha, r.tree_commit_sha,
            (select b.head_sha from sync.repository_branches b
             where b.integration_id = r.integration_id and b.repository_id = r.repository_id and b.name = r.default_branch and b.deleted_at is null) as head
        from sync.repositories r
        where r.integration_id = @integrationId and r.current
        """;
}
