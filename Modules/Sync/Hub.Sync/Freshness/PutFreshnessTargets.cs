using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Connectors;
using Hub.Sync.Runs;
using Hub.Sync.Schedules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Freshness;

/// <summary>Sets how old the data of each stream may be. A stream that is not named takes twice the period of its schedule, and nothing without one.</summary>
internal static class PutFreshnessTargets
{
    private const int MostMinutes = 525_600;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("/{id:long}/freshness-targets", async (long id, Body body, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Set how old an integration's data may be");

    /// <param name="Targets">Minutes by stream, 1 to 525600, which is a year; null for what the schedule gives.</param>
    public sealed record Body(IReadOnlyDictionary<string, int?>? Targets);

    public sealed record Request(long IntegrationId, Body Body) : IRequest<GetFreshness.Answer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Body.Targets).NotNull().WithMessage("is required: minutes by stream");
    }

    private sealed class Handler(
        Db db, Caller caller, ScheduleStore schedules, ExpectedStreams expected, Audit audit, IMediator mediator, ConnectorRegistry connectors)
        : IRequestHandler<Request, GetFreshness.Answer>
    {
        public async Task<GetFreshness.Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var syncable = await SyncableIntegration.Require(mediator, connectors, request.IntegrationId, caller, cancellationToken);
            var streams = await syncable.Streams(mediator, cancellationToken);
            var targets = request.Body.Targets!;
            if (Errors(targets, streams) is { Count: > 0 } errors)
                throw new InvalidException(errors);
            await using var tx = await db.Begin(cancellationToken);
            await schedules.Hold(request.IntegrationId, cancellationToken);
            var (integration, _) = await SyncableIntegration.Require(mediator, connectors, request.IntegrationId, caller, cancellationToken);
            var before = await mediator.Send(new GetFreshness.Request(integration.Id), cancellationToken);
            await expected.Aim(integration, streams.ToDictionary(stream => stream, targets.GetValueOrDefault), cancellationToken);
            var after = await mediator.Send(new GetFreshness.Request(integration.Id), cancellationToken);
            var diff = AuditDiff.Between(Set(before), Set(after));
            if (diff.Count > 0)
                await audit.Record("freshness.targets_set", "integration", integration.Id, integration.ScopePath, diff, cancellationToken);
            await tx.Commit(cancellationToken);
            return after;
        }

        private static Dictionary<string, string[]> Errors(IReadOnlyDictionary<string, int?> targets, IReadOnlyList<string> streams)
        {
            var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
            foreach (var (stream, minutes) in targets)
                if (!streams.Contains(stream))
                    errors[$"targets.{stream}"] = [$"is not a stream of this integration; it has: {string.Join(", ", streams)}"];
                else if (minutes is < 1 or > MostMinutes)
                    errors[$"targets.{stream}"] = [$"must be between 1 and {MostMinutes}"];
            return errors;
        }

        private static Dictionary<string, int?> Set(GetFreshness.Answer answer) =>
            answer.Streams.Where(stream => stream.TargetSource is "set").ToDictionary(stream => stream.Stream, stream => stream.TargetMinutes);
    }
}
