using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Schedules;

internal sealed class SchedulesEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var integrations = app.MapGroup("/integrations").WithTags("Sync");
        PutSchedule.Map(integrations);
        GetSchedule.Map(integrations);
        DeleteSchedule.Map(integrations);
    }
}
