using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Deliveries;

/// <summary>One delivery with what is sent and every attempt to send it.</summary>
internal static class GetDelivery
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/deliveries/{id:guid}", async (Guid id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a delivery with its attempts");

    public sealed record Request(Guid Id) : IRequest<Answer>;

    /// <param name="Delivery">Its state.</param>
    /// <param name="Payload">The body that is sent.</param>
    /// <param name="Attempts">The newest 50, oldest first.</param>
    public sealed record Answer(DeliveryAnswer Delivery, JsonElement Payload, IReadOnlyList<Attempt> Attempts);

    /// <param name="Number">From 1; one that cost nothing, because the endpoint was throttling or was only tried, has the number of the next.</param>
    /// <param name="StartedAt">When.</param>
    /// <param name="DurationMs">How long it took.</param>
    /// <param name="StatusCode">What was answered; null without an answer.</param>
    /// <param name="Error">Why it was not accepted.</param>
    /// <param name="ResponseHead">How the answer's body began, up to 1,024 characters.</param>
    public sealed record Attempt(int Number, DateTimeOffset StartedAt, double DurationMs, int? StatusCode, string? Error, string? ResponseHead);

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var delivery = await db.First<DeliveryAnswer>(Select, new { request.Id, caller = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("delivery", request.Id);
            var payload = await db.First<string>("select payload from webhooks.messages where id = @messageId", new { delivery.MessageId }, cancellationToken);
            var attempts = await db.One<string>("select attempts::text from webhooks.deliveries where id = @id", new { request.Id }, cancellationToken);
            return new Answer(delivery, JsonElement.Parse(payload ?? "null"), JsonSerializer.Deserialize<Attempt[]>(attempts, HubJson.Options)!);
        }
    }

    private const string Select = $"""
        select {DeliveryAnswer.Columns}
        from webhooks.deliveries d join webhooks.endpoints p on p.id = d.endpoint_id
        where d.id = @id and p.scope_path @> array[@caller]::bigint[]
        """;
}
