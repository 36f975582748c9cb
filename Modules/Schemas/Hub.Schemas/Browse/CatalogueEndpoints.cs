using Hub.Schemas.Published;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

internal sealed class CatalogueEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/integrations/schemas").WithTags("Catalogue").AllowAnonymous();
        ListSchemas.Map(group);
        GetSchema.Map(group);
        ListCategories.Map(group);
        GetPlatformCategory.Map(group);
        GetIcon.Map(app);
        GetDocumentSchema.Map(app);
    }
}
