using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.Sync.Github.Repository;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using MediatR;

namespace Hub.Sync.Github.Events;

/// <summary>
/// What becomes of the repository itself: another name, owner, visibility or default branch at once. Of one that is deleted everything stays; the integration's
/// health says so.
/// </summary>
internal sealed class RepositoryEvents(Db db, RowWriter writer, IMediator mediator)
{
    public async Task<GithubEffect?> Apply(GithubTold told, CancellationToken ct)
    {
        var repo = told.Repo;
        if (told.Action == "deleted")
        {
            await mediator.Publish(new IntegrationCalled(repo.IntegrationId, false, "not_found", RepositoryStream.Gone, 0), ct);
            return new GithubEffect("the repository was deleted at GitHub: what was synchronised stays");
        }

        if (await db.First<Held>(Hold, new { repo.IntegrationId, repo.RepositoryId }, ct) is not { } held
            || RepositoryRow.Read(told.Payload.At("repository"), held.Languages, held.ConfiguredName) is not { } row)
            return null;
        if (row.RemoteUpdatedAt < held.RemoteUpdatedAt)
            return new GithubEffect("repository stale: kept newer state");
        // What the credential may do there, only an answer to that credential tells.
        var outcome = await writer.Write(RepositoryStream.Table, repo, [row with { CanPush = held.CanPush }], ct);
        return new GithubEffect(outcome.Changes.Count == 0 ? "repository unchanged" : $"repository {row.FullName} updated",
            told.Action is "transferred" or "privatized" or "renamed" ? GithubRead.Now : GithubRead.Later);
    }

    private sealed record Held(string ConfiguredName, bool CanPush, JsonElement Languages, DateTimeOffset? RemoteUpdatedAt);

    private const string Hold = """
        select configured_name, can_push, languages, remote_updated_at from sync.repositories
        where integration_id = @integrationId and repository_id = @repositoryId
        for no key update
        """;
}
