using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ScopeConfig;

internal sealed class ScopeConfigEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/scopes/{scopeId:long}/config").WithTags("Configuration");
        ListScopeConfigs.Map(group);
        GetScopeConfig.Map(group);
        PutScopeConfig.Map(group);
        PreviewScopeConfig.Map(group);
        GetIntegrationConfig.Map(app);
    }
}
