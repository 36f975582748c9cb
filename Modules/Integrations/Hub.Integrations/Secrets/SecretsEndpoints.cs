using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Secrets;

internal sealed class SecretsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/secrets").WithTags("Secrets");
        RotateSecrets.Map(group);
        ShowRotations.Map(group);
    }
}
