using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Me;

internal sealed class MeEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => GetMe.Map(app.MapGroup("/me").WithTags("Keys"));
}
