using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Projects;

/// <summary>Creates a project under a platform, tenant or team; without a parent under the caller's own scope.</summary>
internal static class CreateProject
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var project = await mediator.Send(new CreateScope.Request(ScopeKind.Project, body.Name, body.Slug, body.ParentId), ct);
            return TypedResults.Created($"/api/v1/projects/{project.Id}", project);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Create a project");

    /// <param name="Name">1-200 characters.</param>
    /// <param name="Slug">Made from the name when absent.</param>
    /// <param name="ParentId">The caller's own scope when absent.</param>
    public sealed record Body(string Name, string? Slug = null, long? ParentId = null);
}
