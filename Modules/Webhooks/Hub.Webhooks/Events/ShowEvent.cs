using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Inbound;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Events;

/// <summary>One received event with its attempts, its headers and its payload.</summary>
internal static class ShowEvent
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/events/{id:guid}", async (Guid id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Show a received event with its attempts and payload");

    public sealed record Request(Guid Id) : IRequest<EventDetail>;

    private sealed class Handler(Db db, Caller caller, IMediator mediator, WebhookOptions options) : IRequestHandler<Request, EventDetail>
    {
        public async Task<EventDetail> Handle(Request request, CancellationToken cancellationToken)
        {
            var found = await db.First<EventDetail>(SelectEvent, new { request.Id, scope = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("event", request.Id);
            var integration = await mediator.Send(new AskIntegration(found.IntegrationId, caller.ScopeId), cancellationToken);
            var sent = Deflated.Inflate(found.Stored, found.PayloadSize);
            var json = Read(sent, found.Headers);
            return found with
            {
                Integration = integration is null ? null : new EventDetail.SenderPart(integration.Id, integration.Name, integration.Type, integration.ScopeId),
                Payload = json,
                PayloadBase64 = json is null ? Convert.ToBase64String(sent) : null,
                Attempts = found.History.Deserialize<IReadOnlyList<EventDetail.AttemptPart>>(HubJson.Options)!,
            };
        }

        private JsonElement? Read(byte[] sent, JsonElement headers)
        {
            try
            {
                using var json = Payload.Parse(sent, Text(headers, "content-encoding"), Text(headers, "content-type"), options.MaxPayloadBytes);
                return json.RootElement.Clone();
            }
            catch (Exception fault) when (fault is JsonException or HubException)
            {
                return null;
            }
        }

        private static string? Text(JsonElement headers, string name) => headers.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private const string SelectEvent = $"""
        select {EventAnswer.Columns}, e.headers, e.attempts as history, e.payload as stored
        from webhooks.inbox_events e
        where e.id = @id and e.scope_path @> array[@scope]::bigint[]
        """;
}
