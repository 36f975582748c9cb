using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.JiraConfig;

internal sealed class JiraConfigEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/projects/{id:long}").WithTags("Project configuration");
        StoreJiraConfig.Map(group);
        GetJiraConfig.Map(group);
        TestJiraConnection.Map(group);
    }
}
