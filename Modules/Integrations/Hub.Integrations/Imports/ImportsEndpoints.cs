using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Imports;

/// <summary>Old data in, and out again.</summary>
internal sealed class ImportsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var imports = app.MapGroup("/imports").WithTags("Imports");
        ImportOldRulesets.Map(imports);
        ImportOldIntegrations.Map(imports);
        ExportIntegrations.Map(app);
    }
}
