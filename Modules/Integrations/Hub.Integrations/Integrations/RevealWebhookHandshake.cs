using System.Text.Json.Nodes;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Shows, once, the secret that a provider sent when its webhook was made, for those providers that want it entered at their side.</summary>
internal static class RevealWebhookHandshake
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/reveal-webhook-handshake", async (long id, HttpContext http, IMediator mediator, CancellationToken ct) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(await mediator.Send(new Request(id), ct));
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Show once the secret that a provider sent to the webhook address")
        .WithDescription("409 no_handshake_secret while none has come, after it was shown, and after the secret was changed.");

    public sealed record Request(long Id) : IRequest<Answer>;

    /// <param name="Field">The field of the configuration that holds it.</param>
    /// <param name="Secret">As the provider sent it.</param>
    /// <param name="ReceivedAt">When.</param>
    public sealed record Answer(string Field, string Secret, DateTimeOffset ReceivedAt)
    {
        public override string ToString() => nameof(Answer);
    }

    private sealed record Taken(string Field, DateTimeOffset ReceivedAt);

    private sealed class Handler(Db db, Caller caller, IntegrationStore store, IntegrationTypes types, IntegrationSecrets secrets, Audit audit)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var row = await store.Lock(request.Id, caller.ScopeId, cancellationToken);
            var taken = await db.First<Taken>(Take, new { row.Id }, cancellationToken);
            if (taken is null || secrets.Open(row, await types.Of(row, cancellationToken)).Of(taken.Field) is not { } secret)
                throw new ConflictException(
                    "no_handshake_secret", "No secret came that was not shown before. To get another, empty the field and make the webhook anew at the provider.");
            await audit.Record(
                "integration.handshake_secret_shown", "integration", row.Id, row.ScopePath, new JsonObject { ["field"] = taken.Field }, cancellationToken);
            await tx.Commit(cancellationToken);
            return new Answer(taken.Field, secret, taken.ReceivedAt);
        }
    }

    private const string Take = "delete from integrations.webhook_handshakes where integration_id = @id returning field, received_at";
}
