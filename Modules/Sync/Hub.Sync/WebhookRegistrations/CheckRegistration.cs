using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>Has the webhook of an enabled integration looked at now, instead of within the hour.</summary>
internal static class CheckRegistration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/webhook-registration/check", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Accepted($"/api/v1/integrations/{id}/webhook-registration", await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Look at the hub's webhook at the provider now");

    public sealed record Request(long IntegrationId) : IRequest<WebhookRegistration>;

    private sealed class Handler(Db db, Caller caller, Audit audit, IMediator mediator, TimeProvider time) : IRequestHandler<Request, WebhookRegistration>
    {
        public async Task<WebhookRegistration> Handle(Request request, CancellationToken cancellationToken)
        {
            var integration = await GetRegistration.Require(mediator, request.IntegrationId, caller, cancellationToken);
            if (!integration.Enabled)
                throw new ConflictException("integration_disabled", $"Integration {integration.Id} is disabled. Enable it first.");
            await using var tx = await db.Begin(cancellationToken);
            await db.Execute(
                MakeChangedRegistrationDue.MakeDue, new { integration.Id, integration.Type, integration.ScopePath, now = time.GetUtcNow() }, cancellationToken);
            await audit.Record("webhook_registration.check_requested", "integration", integration.Id, integration.ScopePath, null, cancellationToken);
            await tx.Commit(cancellationToken);
            return await mediator.Send(new GetRegistration.Request(integration.Id), cancellationToken);
        }
    }
}
