using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Keys;

internal sealed class KeysEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/keys").WithTags("Keys");
        MakeKey.Map(group);
        ShowKeys.Map(group);
        DropKey.Map(group);
    }
}
