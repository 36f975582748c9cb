using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Changes;

internal sealed class ChangesEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => ListChanges.Map(app.MapGroup("/changes").WithTags("Changes"));
}
