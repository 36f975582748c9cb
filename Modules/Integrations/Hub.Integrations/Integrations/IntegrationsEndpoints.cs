using Hub.Integrations.ConnectionTests;
using Hub.Integrations.TicketFields;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

internal sealed class IntegrationsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/integrations").WithTags("Integrations");
        CreateIntegration.Map(group);
        ListIntegrations.Map(group);
        GetIntegration.Map(group);
        ChangeIntegration.Map(group);
        ReplaceIntegration.Map(group);
        DeleteIntegration.Map(group);
        SwitchIntegration.Map(group);
        RotateWebhookToken.Map(group);
        RevealWebhookHandshake.Map(group);
        ResolveIntegration.Map(group);
        TestIntegration.Map(group);
        TestConfiguration.Map(group);
        ListTicketFields.Map(group);
    }
}
