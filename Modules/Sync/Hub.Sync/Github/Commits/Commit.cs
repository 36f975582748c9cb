using System.Text.Json;
using Hub.Sync.Github.Links;

namespace Hub.Sync.Github.Commits;

/// <summary>A commit as it is shown.</summary>
internal sealed record Commit : LinkedRow
{
    public required long Id { get; init; }
    public required string Sha { get; init; }
    public required string Message { get; init; }

    /// <summary>As git has it.</summary>
    public string? AuthorName { get; init; }
    public string? AuthorEmail { get; init; }

    /// <summary>The account at GitHub, where it knows one.</summary>
    public string? AuthorLogin { get; init; }
    public string? CommitterName { get; init; }
    public string? CommitterLogin { get; init; }
    public required DateTimeOffset AuthoredAt { get; init; }
    public required DateTimeOffset CommittedAt { get; init; }
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>Whether the default branch reaches it.</summary>
    public required bool OnDefaultBranch { get; init; }

    /// <summary>Lines; null for commits whose files were not read: those older than 90 days, and merges.</summary>
    public int? Additions { get; init; }
    public int? Deletions { get; init; }

    /// <summary>Objects with path, previous_path, status, additions, deletions; null as above.</summary>
    public JsonElement? Files { get; init; }
    public string? Url { get; init; }

    internal const string Columns = """
        r.id, r.sha, r.message, r.author_name, r.author_email, r.author_login, r.committer_name, r.committer_login, r.authored_at, r.committed_at, r.parents,
        r.on_default_branch, r.additions, r.deletions, r.files, r.html_url as url, linked.linked_ids, linked.linked_keys
        """;
}
