using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Webhook;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Actions;

/// <summary>
/// Sends JSON to a webhook integration's target, authenticated and signed as it is configured. Any answer of the target is an answer here, with
/// <c>delivered</c> true for 2xx; no answer is 502 or 504.
/// </summary>
internal static class Push
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/push", async (Body body, HttpContext http, Caller caller, TimeProvider time, IMediator mediator, CancellationToken ct) =>
        {
            var id = EffectId.Of(http, caller, $"{body.IntegrationId}\n{body.Payload?.GetRawText()}", time.GetUtcNow());
            return TypedResults.Ok(await mediator.Send(new Request(body, id), ct));
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout)
        .WithSummary("Push JSON to a webhook");

    /// <param name="IntegrationId">A <c>webhook</c> integration that sends.</param>
    /// <param name="Payload">Any JSON, at most 1 MB; sent byte for byte.</param>
    /// <param name="Headers">Further headers. They replace those of the integration, but none that authenticates or frames.</param>
    public sealed record Body(long IntegrationId, JsonElement? Payload, IReadOnlyDictionary<string, string>? Headers = null)
    {
        public override string ToString() => $"Push to integration {IntegrationId}";
    }

    /// <param name="Delivered">Whether the target took it (2xx).</param>
    /// <param name="StatusCode">The last answer of the target.</param>
    /// <param name="LatencyMs">How long the last attempt took.</param>
    /// <param name="Attempts">1-3; more than one after failed connections, and after 429 or 503 with Retry-After.</param>
    public sealed record Answer(bool Delivered, int StatusCode, double LatencyMs, int Attempts);

    public sealed record Request(Body Body, Guid Id) : IRequest<Answer>
    {
        public override string ToString() => Body.ToString();
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.IntegrationId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Body.Payload).NotNull().WithMessage("is required");
        }
    }

    private sealed class Handler(
        Caller caller, IntegrationStore store, IntegrationTypes types, EffectiveConfigurations configurations, PushCalls calls, ActionRecord record,
        TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Body.IntegrationId, caller.ScopeId, cancellationToken)
                ?? throw NotFoundException.Of("integration", request.Body.IntegrationId);
            var subject = await configurations.Of(row, await types.Of(row, cancellationToken), cancellationToken);
            PushRights.Require(row, subject);
            var message = PushMessage.Of(request.Body, request.Id, subject);
            var started = Stopwatch.GetTimestamp();
            var pushed = await calls.Send(subject, message.At, cancellationToken);
            var took = pushed.Response?.Elapsed.TotalMilliseconds ?? Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            await record.Keep(row, Outcome(row, pushed, took));
            return pushed.Response is { } answer
                ? new Answer(answer.IsSuccess, answer.Status, Math.Round(took, 1), pushed.Attempts)
                : throw NoAnswer(pushed);
        }

        private ActionOutcome Outcome(IntegrationRow row, Pushed pushed, double took)
        {
            var facts = new JsonObject { ["status_code"] = pushed.Response?.Status, ["attempts"] = pushed.Attempts };
            var (reason, words) = pushed.Failure is { } failure ? (TestProbe.ReasonOf(failure.Reason), failure.Message)
                : WebhookConnectionTest.Refusal(pushed.Response!) is { } refusal && !AboutPayload(pushed.Response!) ? (refusal.Reason, refusal.Message)
                : ((string?)null, null);
            return new ActionOutcome("action.pushed", row.ScopePath, facts, pushed.Response?.IsSuccess ?? false,
                new Observation(time.GetUtcNow(), reason is null, reason, words), took);
        }

        // The target works; it does not want this.
        private static bool AboutPayload(OutboundResponse response) => response.Status is >= 400 and < 500 and not (401 or 403 or 404 or 410 or 429);

        private static UpstreamException NoAnswer(Pushed pushed)
        {
            var (reason, fault) = (TestProbe.ReasonOf(pushed.Failure!.Reason), pushed.Failure);
            return new UpstreamException(reason switch { FailureReason.Timeout => 504, FailureReason.Config => 422, _ => 502 }, $"push_{reason}", fault.Message)
            {
                Extensions = new Dictionary<string, object?> { ["reason"] = reason, ["attempts"] = pushed.Attempts },
            };
        }
    }
}
