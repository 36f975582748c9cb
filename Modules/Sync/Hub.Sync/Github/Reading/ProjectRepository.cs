using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using Hub.Sync.Projects;
using MediatR;

namespace Hub.Sync.Github.Reading;

/// <summary>Through which integration a project reads its repository.</summary>
internal static class ProjectRepository
{
    /// <exception cref="NotFoundException">There is no such project that the caller sees.</exception>
    /// <exception cref="ConflictException">It has no repository.</exception>
    public static async Task<long> RequireGithub(this IMediator mediator, long projectId, Caller caller, CancellationToken ct)
    {
        await mediator.RequireProject(projectId, caller, ct);
        var github = await mediator.Send(new AskScopeIntegration(projectId, "github_repos", caller.ScopeId), ct)
            ?? await mediator.Send(new AskScopeIntegration(projectId, "github_app", caller.ScopeId), ct)
            ?? throw new ConflictException("not_configured", "This project has no GitHub repository yet. Configure it with POST /projects/{id}/github-config.");
        return github.Id;
    }

    /// <summary>The same, or the project's GitLab or Azure Repos, of which webhooks tell.</summary>
    /// <exception cref="NotFoundException">There is no such project that the caller sees.</exception>
    /// <exception cref="ConflictException">It has no repository.</exception>
    public static async Task<long> RequireRepository(this IMediator mediator, long projectId, Caller caller, CancellationToken ct)
    {
        await mediator.RequireProject(projectId, caller, ct);
        foreach (var type in new[] { "github_repos", "github_app", "gitlab", "azure_devops_repos" })
            if (await mediator.Send(new AskScopeIntegration(projectId, type, caller.ScopeId), ct) is { } integration)
                return integration.Id;
        return await mediator.RequireGithub(projectId, caller, ct);
    }

    /// <summary>Rows <c>r</c> of the repository that <c>@repository</c> names, or of the current one, as far as the caller sees them.</summary>
    public const string Named = """
        r.integration_id = @integrationId and r.scope_path @> array[@scope]::bigint[]
          and r.repository_id = (
            select repository_id from sync.repositories
            where integration_id = @integrationId and case when @repository::text is null then current else lower(full_name) = lower(@repository) end
            order by current desc, id desc
            limit 1)
        """;

    /// <summary>Rows <c>r</c> of the repository that the integration reads now, as far as the caller sees them.</summary>
    public const string Current = """
        r.integration_id = @integrationId and r.scope_path @> array[@scope]::bigint[]
          and r.repository_id = (select repository_id from sync.repositories where integration_id = @integrationId and current)
        """;
}
