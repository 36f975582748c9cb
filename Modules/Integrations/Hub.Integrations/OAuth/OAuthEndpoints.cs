using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.OAuth;

internal sealed class OAuthEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/integrations").WithTags("Integrations");
        GetAuthorization.Map(group);
        StartAuthorization.Map(group);
        DropAuthorization.Map(group);
        FinishAuthorization.Map(app);
    }
}
