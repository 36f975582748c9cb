using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Metrics;

internal sealed class MetricsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => GetMetrics.Map(app.MapGroup("/integrations").WithTags("Health"));
}
