using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Events;

internal sealed class EventsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/webhooks").WithTags("Webhook events");
        ListEvents.Map(group);
        ShowEvent.Map(group);
        ReplayEvent.Map(group);
        ReplayEvents.Map(group);
        ShowStatus.Map(group);
    }
}
