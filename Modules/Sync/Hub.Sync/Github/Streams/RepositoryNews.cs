using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Github.Streams;

/// <summary>Tells the other modules what changed in a repository, inside the transaction that stored it.</summary>
internal sealed class RepositoryNews(IMediator mediator)
{
    public async Task Tell(Repo repo, IReadOnlyList<RepositoryChange> changes, CancellationToken ct)
    {
        if (changes.Count > 0)
            await mediator.Publish(new RepositoryChanged(repo.IntegrationId, repo.ScopePath, repo.RepositoryId, repo.FullName, changes), ct);
    }
}
