using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using Hub.Sync.Runs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Projects;

/// <summary>Starts a run of the project's Jira, as starting one of that integration does.</summary>
internal static class SyncProjectJira
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/jira-sync", async (long id, StartRun.Body body, IMediator mediator, CancellationToken ct) =>
        {
            var run = await mediator.Send(new Request(id, body), ct);
            return TypedResults.Accepted($"/api/v1/sync-runs/{run.Id}", new StartRun.Answer(run));
        })
        .RequireRole(Role.Manager)
        .WithSummary("Synchronise a project's Jira now");

    public sealed record Request(long ProjectId, StartRun.Body Body) : IRequest<SyncRun>;

    private sealed class Handler(Caller caller, IMediator mediator) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken)
        {
            await mediator.RequireProject(request.ProjectId, caller, cancellationToken);
            var jira = await mediator.Send(new AskScopeIntegration(request.ProjectId, "jira", caller.ScopeId), cancellationToken)
                ?? throw new ConflictException("not_configured", "This project has no Jira yet. Configure it with POST /projects/{id}/jira-config.");
            return await mediator.Send(new StartRun.Request(jira.Id, request.Body), cancellationToken);
        }
    }
}
