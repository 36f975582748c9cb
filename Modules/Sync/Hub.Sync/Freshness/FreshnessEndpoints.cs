using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Freshness;

internal sealed class FreshnessEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        ListFreshness.Map(app.MapGroup("/freshness").WithTags("Sync"));
        var integrations = app.MapGroup("/integrations").WithTags("Sync");
        GetFreshness.Map(integrations);
        PutFreshnessTargets.Map(integrations);
    }
}
