using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.GithubConfig;

internal sealed class GithubConfigEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/projects/{id:long}").WithTags("Project configuration");
        StoreGithubConfig.Map(group);
        GetGithubConfig.Map(group);
    }
}
