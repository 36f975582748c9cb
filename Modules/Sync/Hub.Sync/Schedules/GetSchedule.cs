using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Schedules;

/// <summary>An integration's schedule with what it did last and what comes next.</summary>
internal static class GetSchedule
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/schedule", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read when an integration is synchronised by itself");

    public sealed record Request(long IntegrationId) : IRequest<Schedule>;

    private sealed class Handler(ScheduleStore store, Caller caller) : IRequestHandler<Request, Schedule>
    {
        public async Task<Schedule> Handle(Request request, CancellationToken cancellationToken) =>
            await store.Find(request.IntegrationId, caller.ScopeId, cancellationToken)
            ?? throw NotFoundException.Of("schedule of integration", request.IntegrationId);
    }
}
