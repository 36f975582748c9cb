using Hub.SharedKernel.Modules;
using Hub.Webhooks.Deliveries;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

internal sealed class EndpointsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/webhooks/endpoints").WithTags("Webhook endpoints");
        CreateEndpoint.Map(group);
        ListEndpoints.Map(group);
        GetEndpoint.Map(group);
        ChangeEndpoint.Map(group);
        DeleteEndpoint.Map(group);
        RotateEndpointSecret.Map(group);

        var webhooks = app.MapGroup("/webhooks").WithTags("Webhook deliveries");
        TestEndpoint.Map(webhooks);
        RecoverEndpoint.Map(webhooks);
        ListDeliveries.Map(webhooks);
        GetDelivery.Map(webhooks);
        RetryDelivery.Map(webhooks);
        PublishEvent.Map(webhooks);
    }
}
