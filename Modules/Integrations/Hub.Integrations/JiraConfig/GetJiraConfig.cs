using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.Integrations.ProjectConfig;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.JiraConfig;

/// <summary>A project's Jira without its key.</summary>
internal static class GetJiraConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/jira-config", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a project's Jira");

    public sealed record Request(long ProjectId) : IRequest<JiraConfigAnswer>;

    private sealed class Handler(ProjectIntegration project, IntegrationView view) : IRequestHandler<Request, JiraConfigAnswer>
    {
        public async Task<JiraConfigAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var (row, schema) = await project.Require(request.ProjectId, "jira", cancellationToken);
            return JiraConfigAnswer.Of(view.Of(row, schema), TestRecord.LastOf(row));
        }
    }
}
