using Hub.SharedKernel.Access;
using Hub.Sync.Runs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Github.Reading;

/// <summary>Starts a run of the project's repository, as starting one of that integration does.</summary>
internal static class SyncProjectGithub
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/github-sync", async (long id, StartRun.Body body, IMediator mediator, CancellationToken ct) =>
        {
            var run = await mediator.Send(new Request(id, body), ct);
            return TypedResults.Accepted($"/api/v1/sync-runs/{run.Id}", new StartRun.Answer(run));
        })
        .RequireRole(Role.Manager)
        .WithSummary("Synchronise a project's repository now");

    public sealed record Request(long ProjectId, StartRun.Body Body) : IRequest<SyncRun>;

    private sealed class Handler(Caller caller, IMediator mediator) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken) => await mediator.Send(
            new StartRun.Request(await mediator.RequireGithub(request.ProjectId, caller, cancellationToken), request.Body), cancellationToken);
    }
}
