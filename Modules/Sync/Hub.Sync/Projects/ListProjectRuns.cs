using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using Hub.Sync.Runs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Projects;

/// <summary>The runs of a project's Jira, newest first.</summary>
internal static class ListProjectRuns
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/jira-sync-logs", async (long id, string? status, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, status, PageRequest.Read(limit, cursor, id, status)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the sync runs of a project's Jira");

    public sealed record Request(long ProjectId, string? Status, PageRequest Page) : IRequest<Page<SyncRun>>;

    private sealed class Handler(Caller caller, IMediator mediator) : IRequestHandler<Request, Page<SyncRun>>
    {
        public async Task<Page<SyncRun>> Handle(Request request, CancellationToken cancellationToken)
        {
            await mediator.RequireProject(request.ProjectId, caller, cancellationToken);
            return await mediator.Send(new ListRuns.Request(request.ProjectId, null, request.Status, request.Page), cancellationToken);
        }
    }
}
