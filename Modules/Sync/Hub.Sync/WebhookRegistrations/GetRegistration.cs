using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>The hub's own webhook at an integration's provider: how it is, what was done to it, and which deliveries were recovered.</summary>
internal static class GetRegistration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/webhook-registration", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Read how the hub's webhook at the provider is");

    public sealed record Request(long IntegrationId) : IRequest<WebhookRegistration>;

    private sealed class Handler(Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, WebhookRegistration>
    {
        public async Task<WebhookRegistration> Handle(Request request, CancellationToken cancellationToken)
        {
            var integration = await Require(mediator, request.IntegrationId, caller, cancellationToken);
            return await db.First<WebhookRegistration>(Select, new { integration.Id, scope = caller.ScopeId }, cancellationToken)
                ?? new WebhookRegistration { IntegrationId = integration.Id, State = RegistrationState.Unmanaged };
        }
    }

    /// <exception cref="NotFoundException">There is no such integration that the caller sees, or its type has no webhook that the hub can keep.</exception>
    public static async Task<IntegrationInfo> Require(IMediator mediator, long id, Caller caller, CancellationToken ct) =>
        await mediator.Send(new AskIntegration(id, caller.ScopeId), ct) is { } integration && RegistrationSignals.CanBeKept(integration.Type)
            ? integration
            : throw NotFoundException.Of("webhook registration of integration", id);

    private const string Select = $"""
        select {WebhookRegistration.Columns}
        from sync.webhook_registrations
        where integration_id = @id and scope_path @> array[@scope]::bigint[]
        """;
}
