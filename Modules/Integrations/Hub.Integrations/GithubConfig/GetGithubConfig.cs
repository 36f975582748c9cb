using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.Integrations.ProjectConfig;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.GithubConfig;

/// <summary>A project's GitHub repository without its token.</summary>
internal static class GetGithubConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/github-config", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a project's GitHub repository");

    public sealed record Request(long ProjectId) : IRequest<GithubConfigAnswer>;

    private sealed class Handler(ProjectIntegration project, IntegrationView view) : IRequestHandler<Request, GithubConfigAnswer>
    {
        public async Task<GithubConfigAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var (row, schema) = await project.Require(request.ProjectId, "github_repos", cancellationToken);
            return GithubConfigAnswer.Of(view.Of(row, schema), TestRecord.LastOf(row));
        }
    }
}
