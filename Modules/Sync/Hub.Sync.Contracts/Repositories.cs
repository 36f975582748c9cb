using MediatR;

namespace Hub.Sync.Contracts;

/// <summary>
/// Records of a repository changed. Published inside the transaction that stored it; never empty. What the first complete read of a kind of records brings
/// is old history and is not told.
/// </summary>
/// <param name="IntegrationId">Through which integration.</param>
/// <param name="ScopePath">Its scope path.</param>
/// <param name="RepositoryId">The provider's number of the repository.</param>
/// <param name="Repository">Owner and name as it is called now.</param>
/// <param name="Changes">In the order in which they were stored.</param>
public sealed record RepositoryChanged(
    long IntegrationId, IReadOnlyList<long> ScopePath, long RepositoryId, string Repository, IReadOnlyList<RepositoryChange> Changes) : INotification;

/// <param name="Event">commit.created, release.published, or pull_request.opened, updated, closed, merged, reopened.</param>
/// <param name="RecordId">The hub's id of the commit, release or pull request.</param>
/// <param name="Key">What people call it: the commit's hash, the tag, the pull request's number.</param>
/// <param name="Title">First line of the message, name of the release, title of the pull request.</param>
/// <param name="Author">Who made it: the account, or the name where there is none.</param>
/// <param name="Branch">Head of the pull request, or the branch through which the commit was met.</param>
/// <param name="Url">Where people read it.</param>
/// <param name="At">When it happened, by the provider's clock.</param>
public sealed record RepositoryChange(
    string Event, long RecordId, string Key, string? Title, string? Author, string? Branch, string? Url, DateTimeOffset At);
