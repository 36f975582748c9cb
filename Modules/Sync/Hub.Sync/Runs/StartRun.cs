using System.Diagnostics;
using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Connectors;
using Hub.Sync.Jira;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Runs;

/// <summary>Queues a run of an enabled integration, at most one live at a time: the database decides between two who ask at once.</summary>
internal static class StartRun
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/sync", async (long id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var run = await mediator.Send(new Request(id, body), ct);
            return TypedResults.Accepted($"/api/v1/sync-runs/{run.Id}", new Answer(run));
        })
        .RequireRole(Role.Manager)
        .WithSummary("Synchronise an integration now");

    public sealed record Answer(SyncRun Run);

    /// <param name="SyncType">full reads everything and finds what was deleted; incremental reads what changed; manual reads what the JQL finds.</param>
    /// <param name="Jql">Only with manual: without order by, within what the integration is restricted to.</param>
    /// <param name="Streams">
    /// What to synchronise; all by default. A Jira has <c>issues</c>, and <c>comments</c>, <c>worklogs</c>, <c>changelog</c>, <c>links</c> where they are switched on.
    /// </param>
    public sealed record Body(SyncType? SyncType, string? Jql = null, IReadOnlyList<string>? Streams = null);

    public sealed record Request(long IntegrationId, Body Body) : IRequest<SyncRun>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.SyncType).NotNull().WithMessage("is required: full, incremental or manual");
            RuleFor(r => r.Body.Jql).NotEmpty().When(r => r.Body.SyncType is SyncType.Manual).WithMessage("is required for a manual run");
            RuleFor(r => r.Body.Jql).Null().When(r => r.Body.SyncType is SyncType.Full or SyncType.Incremental).WithMessage("belongs to manual runs only");
            RuleFor(r => r.Body.Jql).MaximumLength(10_000)
                .Must(jql => jql?.Contains('\0', StringComparison.Ordinal) != true).WithMessage("must not contain the character U+0000")
                .Must(jql => Jql.Objection(jql) is null).WithMessage(r => Jql.Objection(r.Body.Jql));
            RuleFor(r => r.Body.Streams).Must(streams => streams is not { Count: 0 }).WithMessage("must name at least one stream, or be left out for all");
        }
    }

    private sealed class Handler(Db db, Caller caller, RunQueue queue, IMediator mediator, ConnectorRegistry connectors) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken)
        {
            var syncable = await SyncableIntegration.Require(mediator, connectors, request.IntegrationId, caller, cancellationToken);
            var integration = syncable.Integration;
            if (!integration.Enabled)
                throw new ConflictException("integration_disabled", $"Integration {integration.Id} is disabled. Enable it first.");

            if (integration.Type != "jira" && request.Body.SyncType is SyncType.Manual)
                throw new InvalidException("sync_type", "must be full or incremental: manual runs find what a JQL query finds, and only a Jira has JQL");
            if (request.Body.Streams is { } streams)
                RequireStreams(streams, await syncable.Streams(mediator, cancellationToken));

            await using var tx = await db.Begin(cancellationToken);
            var wanted = new WantedRun(integration.Id, integration.ScopePath, request.Body.SyncType!.Value, caller.Name)
            {
                Jql = request.Body.Jql,
                Streams = request.Body.Streams?.Distinct().ToArray(),
                TraceParent = Activity.Current?.Id,
            };
            var run = (await queue.Enqueue([wanted], cancellationToken)).SingleOrDefault() ?? throw await Busy(integration.Id, cancellationToken);
            await mediator.Publish(run.Announce(), cancellationToken);
            await tx.Commit(cancellationToken);
            return run;
        }

        private static void RequireStreams(IReadOnlyList<string> streams, IReadOnlyList<string> switchedOn)
        {
            for (var i = 0; i < streams.Count; i++)
                if (!switchedOn.Contains(streams[i]))
                    throw new InvalidException($"streams[{i}]", $"is not a stream of this integration; it has: {string.Join(", ", switchedOn)}");
        }

        private async Task<ConflictException> Busy(long integrationId, CancellationToken ct)
        {
            var live = await db.First<Guid?>(FindLive, new { integrationId }, ct);
            return new ConflictException("sync_running", "This integration is being synchronised already, or its last run waits for approval.")
            {
                Extensions = new Dictionary<string, object?> { ["run_id"] = live },
            };
        }
    }

    private const string FindLive = """
        select id from sync.runs where integration_id = @integrationId and status in ('queued', 'running', 'waiting', 'quarantined')
        """;
}
