using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Projects;

/// <summary>A project is a scope of its own kind: these slices are the scopes' own, narrowed to projects.</summary>
internal sealed class ProjectsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/projects").WithTags("Projects");
        CreateProject.Map(group);
        ListProjects.Map(group);
        GetProject.Map(group);
        ChangeProject.Map(group);
        DeleteProject.Map(group);
    }
}
