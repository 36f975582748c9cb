using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Projects;

/// <summary>The projects at and below the caller's scope, in the order of creation.</summary>
internal static class ListProjects
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async ([FromQuery(Name = "parent_id")] long? parentId, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(
                new ListScopes.Request(ScopeKind.Project, parentId, PageRequest.Read(limit, cursor, "projects", parentId)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List projects");
}
