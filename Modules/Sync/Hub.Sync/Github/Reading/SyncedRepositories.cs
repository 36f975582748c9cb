using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Sync.Github.Reading;

/// <summary>The repository that a project's GitHub integration reads now, with what is known of it.</summary>
internal sealed class SyncedRepositories(Db db, Caller caller, IMediator mediator)
{
    /// <exception cref="NotFoundException">There is no such project that the caller sees.</exception>
    /// <exception cref="ConflictException">The project has no GitHub, or it was not synchronised yet.</exception>
    public async Task<SyncedRepository> Find(long projectId, CancellationToken ct)
    {
        var integrationId = await mediator.RequireGithub(projectId, caller, ct);
        return await db.First<SyncedRepository>(Select, new { integrationId, scope = caller.ScopeId }, ct)
            ?? throw new ConflictException("not_synchronised", "This project's GitHub repository was not synchronised yet. Start it with POST /projects/{id}/github-sync.");
    }

    private const string Select = """
        select integration_id, repository_id, full_name, default_branch, private, archived, fork, description, topics, license, languages,
            html_url, pushed_at, tree_truncated
        from sync.repositories
        where integration_id = @integrationId and current and scope_path @> array[@scope]::bigint[]
        """;
}
