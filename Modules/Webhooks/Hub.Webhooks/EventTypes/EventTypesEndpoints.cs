using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.EventTypes;

internal sealed class EventTypesEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/webhooks/event-types").WithTags("Webhook event types");
        ListEventTypes.Map(group);
        CreateEventType.Map(group);
        GetEventType.Map(group);
        ChangeEventType.Map(group);
        DeleteEventType.Map(group);
    }
}
