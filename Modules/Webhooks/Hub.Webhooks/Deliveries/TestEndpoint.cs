using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.Webhooks.Announcements;
using Hub.Webhooks.Endpoints;
using Hub.Webhooks.Sending;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Deliveries;

/// <summary>Sends one signed message of type <c>hub.test</c> at once, whatever the endpoint's state, and says what came of it. Nothing is retried.</summary>
internal static class TestEndpoint
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/endpoints/{id:long}/test", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Send a test message to an endpoint");

    public sealed record Request(long Id) : IRequest<Answer>;

    /// <param name="Success">Whether it was accepted.</param>
    /// <param name="MessageId">As the receiver saw it.</param>
    /// <param name="StatusCode">What was answered; null without an answer.</param>
    /// <param name="LatencyMs">How long it took.</param>
    /// <param name="Error">Why it was not accepted.</param>
    /// <param name="ResponseHead">How the answer's body began.</param>
    public sealed record Answer(bool Success, string MessageId, int? StatusCode, double LatencyMs, string? Error, string? ResponseHead);

    private sealed record Target(string Url, string Secret, string? PreviousSecret);

    private sealed class Handler(Db db, EndpointStore store, DeliverySender sender, Audit audit, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            var messageId = Guid.CreateVersion7(now);
            Target target;
            await using (var tx = await db.Begin(cancellationToken))
            {
                var (_, path) = await store.Lock(request.Id, cancellationToken);
                target = await db.One<Target>(Select, new { request.Id, now }, cancellationToken);
                await audit.Record("endpoint.tested", "endpoint", request.Id, path, null, cancellationToken);
                await tx.Commit(cancellationToken);
            }

            var sent = await sender.Send(new DeliveryClaim(
                messageId, request.Id, messageId, 1, Announcer.Payload("hub.test", now, "{}"), target.Url, target.Secret, target.PreviousSecret, messageId, false, 0), cancellationToken);
            return new Answer(
                sent.Outcome.Verdict is DeliveryVerdict.Accepted, StandardSignature.IdOf(messageId), sent.Outcome.StatusCode, Math.Round(sent.DurationMs, 1),
                sent.Outcome.Error, sent.Outcome.Head);
        }
    }

    private const string Select = """
        select url, secret, case when previous_until > @now then previous_secret end as previous_secret from webhooks.endpoints where id = @id
        """;
}
