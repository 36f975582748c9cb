using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Live;

internal sealed class LiveEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        StreamLive.Map(app);
        LiveHub.Map(app);
    }
}
