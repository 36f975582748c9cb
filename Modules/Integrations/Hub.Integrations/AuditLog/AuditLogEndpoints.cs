using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.AuditLog;

internal sealed class AuditLogEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => ListAudit.Map(app.MapGroup("/audit").WithTags("Audit"));
}
