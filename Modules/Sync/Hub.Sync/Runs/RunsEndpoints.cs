using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Runs;

internal sealed class RunsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        StartRun.Map(app.MapGroup("/integrations").WithTags("Sync"));
        var runs = app.MapGroup("/sync-runs").WithTags("Sync");
        ListRuns.Map(runs);
        GetRun.Map(runs);
        StreamRun.Map(runs);
        CancelRun.Map(runs);
        ApproveRun.Map(runs);
        RejectRun.Map(runs);
    }
}
