using Hub.SharedKernel.Modules;
using Hub.Sync.Projects.Import;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Projects;

internal sealed class ProjectsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var projects = app.MapGroup("/projects").WithTags("Project Jira");
        SyncProjectJira.Map(projects);
        ListProjectRuns.Map(projects);
        ListProjectTickets.Map(projects);
        ExportProjectTickets.Map(projects);
        ImportProjectTickets.Map(projects);
    }
}
