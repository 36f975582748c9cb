using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Gives an integration a new webhook address; the old one stops working at once.</summary>
internal static class RotateWebhookToken
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/rotate-webhook-token", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Give an integration a new webhook address");

    public sealed record Request(long Id) : IRequest<Answer>;

    /// <param name="WebhookUrl">Path that takes its webhooks in from now on.</param>
    public sealed record Answer(string WebhookUrl);

    private sealed class Handler(Db db, Caller caller, IntegrationStore store, IntegrationTypes types, Audit audit, IMediator mediator)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var row = await store.Lock(request.Id, caller.ScopeId, cancellationToken);
            var schema = await types.Of(row, cancellationToken);
            if (!schema.Capabilities.Contains("webhook_in"))
                throw new ConflictException("no_webhooks", $"{schema.Name} sends no webhooks to the hub, so there is no address to change.");
            var saved = await store.Update(row with { WebhookToken = WebhookToken.New() }, cancellationToken);
            await audit.Record(
                "integration.webhook_token_rotated", "integration", row.Id, row.ScopePath, new JsonObject { ["webhook_url"] = AuditDiff.SecretChanged }, cancellationToken);
            await mediator.Publish(new IntegrationChanged(saved.Info(), IntegrationChange.Updated), cancellationToken);
            await tx.Commit(cancellationToken);
            return new Answer(WebhookToken.Path(saved.WebhookToken));
        }
    }
}
