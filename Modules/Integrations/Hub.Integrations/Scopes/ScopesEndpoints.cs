using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Scopes;

internal sealed class ScopesEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/scopes").WithTags("Scopes");
        CreateScope.Map(group);
        ListScopes.Map(group);
        GetScope.Map(group);
        ChangeScope.Map(group);
        DeleteScope.Map(group);
    }
}
