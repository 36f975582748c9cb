using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.Sync.Connectors;
using Hub.Sync.Freshness;
using Hub.Sync.Runs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Schedules;

/// <summary>
/// Makes or replaces an integration's schedule. It comes due after now; an interval that stays the same keeps its phase, and putting what is there already
/// changes nothing. The schedule of a disabled integration waits for it.
/// </summary>
internal static class PutSchedule
{
    private const int MostMinutes = 43_200;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("/{id:long}/schedule", async Task<Results<Created<Schedule>, Ok<Schedule>>> (
            long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            var (schedule, isNew) = await mediator.Send(new Request(id, body, ifMatch), ct);
            return isNew ? TypedResults.Created($"/api/v1/integrations/{id}/schedule", schedule) : TypedResults.Ok(schedule);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Set when an integration is synchronised by itself");

    /// <param name="SyncType">full or incremental.</param>
    /// <param name="IntervalMinutes">1 to 43200, which are 30 days; instead of cron.</param>
    /// <param name="Cron">Five fields: minute, hour, day of month, month, day of week; instead of an interval.</param>
    /// <param name="TimeZone">The expression's, IANA, such as Europe/Berlin. Default UTC.</param>
    /// <param name="Enabled">Default true.</param>
    public sealed record Body(SyncType? SyncType, int? IntervalMinutes = null, string? Cron = null, string? TimeZone = null, bool? Enabled = null);

    public sealed record Request(long IntegrationId, Body Body, IfMatch IfMatch) : IRequest<(Schedule Schedule, bool IsNew)>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules(TimeProvider time)
        {
            RuleFor(r => r.Body.SyncType).Must(type => type is SyncType.Full or SyncType.Incremental).WithMessage("must be full or incremental");
            RuleFor(r => r.Body.IntervalMinutes).NotNull().When(r => r.Body.Cron is null).WithMessage("is required, or cron instead");
            RuleFor(r => r.Body.IntervalMinutes).InclusiveBetween(1, MostMinutes).WithMessage($"must be between 1 and {MostMinutes}");
            RuleFor(r => r.Body.Cron).Null().When(r => r.Body.IntervalMinutes is not null).WithMessage("cannot be combined with interval_minutes");
            RuleFor(r => r.Body.Cron).MaximumLength(200).Must(cron => CronText.Objection(cron!, time.GetUtcNow()) is null)
                .WithMessage(r => CronText.Objection(r.Body.Cron!, time.GetUtcNow()))
                .When(r => r.Body is { Cron: not null, IntervalMinutes: null });
            RuleFor(r => r.Body.TimeZone).Must(zone => zone is null || ZoneName.Find(zone) is not null)
                .WithMessage("is not a time zone of the IANA, such as Europe/Berlin");
        }
    }

    private sealed class Handler(
        Db db, Caller caller, ScheduleStore store, ExpectedStreams streams, Audit audit, IMediator mediator, ConnectorRegistry connectors, TimeProvider time)
        : IRequestHandler<Request, (Schedule Schedule, bool IsNew)>
    {
        public async Task<(Schedule Schedule, bool IsNew)> Handle(Request request, CancellationToken cancellationToken)
        {
            var syncable = await SyncableIntegration.Require(mediator, connectors, request.IntegrationId, caller, cancellationToken);
            var read = await syncable.Streams(mediator, cancellationToken);
            await using var tx = await db.Begin(cancellationToken);
            await store.Hold(request.IntegrationId, cancellationToken);
            var (integration, _) = await SyncableIntegration.Require(mediator, connectors, request.IntegrationId, caller, cancellationToken);
            var before = await store.Lock(integration.Id, caller.ScopeId, cancellationToken);
            request.IfMatch.Require(before?.Version ?? 0);
            var wanted = Wanted(request.Body, integration, before);
            if (before is not null && before.Wanted.Equals(wanted.Wanted))
                return (before, false);
            var saved = await store.Save(wanted, cancellationToken);
            if (saved.Enabled)
                await streams.Expect(integration, read, cancellationToken);
            await audit.Record(
                before is null ? "schedule.created" : "schedule.updated", "schedule", integration.Id, integration.ScopePath,
                AuditDiff.Between(before?.Wanted, saved.Wanted), cancellationToken);
            await tx.Commit(cancellationToken);
            return (saved, before is null);
        }

        private Schedule Wanted(Body body, IntegrationInfo integration, Schedule? before)
        {
            var now = time.GetUtcNow();
            var schedule = new Schedule
            {
                IntegrationId = integration.Id,
                ScopePath = integration.ScopePath,
                IntervalMinutes = body.IntervalMinutes,
                Cron = body.Cron?.Trim(),
                TimeZone = ZoneName.Find(body.TimeZone)?.Id ?? "UTC",
                SyncType = body.SyncType!.Value,
                Enabled = body.Enabled ?? true,
                Paused = !integration.Enabled,
                AnchoredAt = before is not null && before.IntervalMinutes == body.IntervalMinutes ? before.AnchoredAt : WholeSecond(now),
            };
            return (schedule with
            {
                JitterMs = (int)schedule.Timing.Jitter(integration.Id, now).TotalMilliseconds,
                PeriodMinutes = (int)Math.Ceiling(schedule.Timing.Period(now).TotalMinutes),
            }).PlannedAfter(now);
        }

        private static DateTimeOffset WholeSecond(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
    }
}
