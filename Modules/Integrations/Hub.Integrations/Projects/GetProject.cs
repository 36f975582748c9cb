using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Projects;

/// <summary>One project that the caller sees.</summary>
internal static class GetProject
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new GetScope.Request(id, ScopeKind.Project), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a project");
}
