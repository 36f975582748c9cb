using Hub.Integrations.Health.Expiry;
using Hub.Integrations.Health.History;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Health;

internal sealed class HealthEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/integrations").WithTags("Health");
        GetHealth.Map(group);
        GetHistory.Map(group);
        ListHealth.Map(group);
        SetExpiry.Map(group);
    }
}
