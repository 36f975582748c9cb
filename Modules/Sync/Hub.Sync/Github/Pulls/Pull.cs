using Hub.Sync.Github.Links;

namespace Hub.Sync.Github.Pulls;

/// <summary>A pull request as it is shown.</summary>
internal sealed record Pull : LinkedRow
{
    public required long Id { get; init; }
    public required int Number { get; init; }
    public required string Title { get; init; }
    public string? Body { get; init; }

    /// <summary>open, closed (without being merged) or merged.</summary>
    public required string State { get; init; }
    public required bool Draft { get; init; }
    public string? Author { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];
    public string? Milestone { get; init; }
    public required string HeadRef { get; init; }
    public required string HeadSha { get; init; }
    public required string BaseRef { get; init; }
    public string? MergeCommitSha { get; init; }
    public string? MergedBy { get; init; }

    /// <summary>approved, changes_requested or pending; null until its reviews were read.</summary>
    public string? ReviewState { get; init; }

    /// <summary>Figures; null until they were read.</summary>
    public int? Additions { get; init; }
    public int? Deletions { get; init; }
    public int? ChangedFiles { get; init; }
    public int? Commits { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public DateTimeOffset? MergedAt { get; init; }
    public string? Url { get; init; }

    internal const string Columns = """
        r.id, r.number, r.title, r.body, r.state, r.draft, r.author, r.labels, r.milestone, r.head_ref, r.head_sha, r.base_ref, r.merge_commit_sha, r.merged_by,
        r.review_state, r.additions, r.deletions, r.changed_files, r.commits, r.remote_created_at as created_at, r.remote_updated_at as updated_at, r.closed_at,
        r.merged_at, r.html_url as url, linked.linked_ids, linked.linked_keys
        """;
}
