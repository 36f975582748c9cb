using Hub.SharedKernel.Access;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.PrivateTypes;

internal sealed class PrivateTypeEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/integrations/schemas").WithTags("Catalogue").RequirePlatformAdmin();
        PutSchema.Map(group);
        DeleteSchema.Map(group);
    }
}
