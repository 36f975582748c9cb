using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.Sync.Github.Links;
using Hub.Sync.Github.Reading;

namespace Hub.Sync.Github.ReleaseNotes;

/// <summary>What release notes read: of one repository that the caller was found to see.</summary>
internal sealed class HistoryRows(Db db, Caller caller)
{
    /// <summary>Published releases, newest first.</summary>
    public Task<IReadOnlyList<PublishedTag>> Releases(SyncedRepository repository, CancellationToken ct) =>
        db.List<PublishedTag>(SelectReleases, repository.Key, ct);

    public string? Latest(IReadOnlyList<PublishedTag> releases) =>
        (releases.FirstOrDefault(release => !release.Prerelease) ?? (releases.Count > 0 ? releases[0] : null))?.Tag;

    /// <summary>The release before another one: of the same kind, prereleases are passed over unless that one is a prerelease itself.</summary>
    public string? Before(IReadOnlyList<PublishedTag> releases, string tag)
    {
        var own = releases.FirstOrDefault(release => release.Tag == tag);
        return releases.FirstOrDefault(release =>
            release.Tag != tag && (own is null || release.PublishedAt < own.PublishedAt) && (!release.Prerelease || own is { Prerelease: true }))?.Tag;
    }

    /// <returns>The full name of a commit; null when the reference is unknown, or too short to name one.</returns>
    public Task<string?> Resolve(SyncedRepository repository, string reference, CancellationToken ct) => db.First<string>(FindReference, new
    {
        repository.IntegrationId,
        repository.RepositoryId,
        reference,
        sha = reference.Length is >= 7 and <= 64 && reference.All(char.IsAsciiHexDigit) ? reference.ToLowerInvariant() + "%" : null,
    }, ct);

    public Task<IReadOnlyList<CommitNode>> Commits(SyncedRepository repository, CancellationToken ct) => db.List<CommitNode>(SelectCommits, repository.Key, ct);

    public Task<IReadOnlyList<MergedPull>> MergedPulls(SyncedRepository repository, CancellationToken ct) =>
        db.List<MergedPull>(SelectMerged, new { repository.IntegrationId, repository.RepositoryId, scope = caller.ScopeId }, ct);

    private const string SelectReleases = """
        select tag, published_at, prerelease
        from sync.releases
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and not draft and published_at is not null
        order by published_at desc, id desc
        """;

    private const string FindReference = """
        select sha from (
            select 1 as rank, sha from sync.repository_tags
            where integration_id = @integrationId and repository_id = @repositoryId and name = @reference and deleted_at is null
            union all
            select 2, head_sha from sync.repository_branches
            where integration_id = @integrationId and repository_id = @repositoryId and name = @reference and deleted_at is null
            union all
            (select 3, min(sha) from sync.commits
            where integration_id = @integrationId and repository_id = @repositoryId and sha like @sha::text
            having count(*) = 1)
        ) found
        order by rank
        limit 1
        """;

    private const string SelectCommits = """
        select sha, parents from sync.commits where integration_id = @integrationId and repository_id = @repositoryId
        """;

    private const string SelectMerged = $"""
        select r.number, r.title, r.author, r.merged_at, r.labels, r.html_url as url, r.merge_commit_sha, r.head_sha, linked.linked_ids, linked.linked_keys
        from sync.pull_requests r
        {LinkedRow.Join}
        where r.integration_id = @integrationId and r.repository_id = @repositoryId and r.merged_at is not null and r.deleted_at is null
        """;
}

internal sealed record PublishedTag(string Tag, DateTimeOffset PublishedAt, bool Prerelease);
