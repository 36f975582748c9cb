using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.WebhookRegistrations;

internal sealed class RegistrationsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var integrations = app.MapGroup("/integrations").WithTags("Sync");
        GetRegistration.Map(integrations);
        CheckRegistration.Map(integrations);
    }
}
