using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Budgets;

internal sealed class BudgetsEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => GetBudget.Map(app.MapGroup("/integrations").WithTags("Health"));
}
