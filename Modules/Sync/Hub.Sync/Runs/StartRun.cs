using System.Diagnostics;
using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
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
    /// <param name="Streams">What to synchronise; all by default. A Jira has one stream, <c>issues</c>.</param>
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
            RuleForEach(r => r.Body.Streams).Equal("issues").WithMessage("is not a stream of this integration; it has: issues");
        }
    }

    private sealed class Handler(Db db, Caller caller, Audit audit, IMediator mediator, TimeProvider time) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken)
        {
            var integration = await mediator.Send(new AskIntegration(request.IntegrationId, caller.ScopeId), cancellationToken)
                ?? throw NotFoundException.Of("integration", request.IntegrationId);
            if (integration.Type != "jira")
                throw new ConflictException("not_syncable", $"Integrations of type {integration.Type} have nothing to synchronise.");
            if (!integration.Enabled)
                throw new ConflictException("integration_disabled", $"Integration {integration.Id} is disabled. Enable it first.");

            await using var tx = await db.Begin(cancellationToken);
            var now = time.GetUtcNow();
            var run = await db.First<SyncRun>(Insert, new
            {
                id = Guid.CreateVersion7(now),
                integrationId = integration.Id,
                integration.ScopeId,
                integration.ScopePath,
                syncType = request.Body.SyncType!.Value.ToText(),
                request.Body.Jql,
                requestedBy = caller.Name,
                traceParent = Activity.Current?.Id,
                now,
                queued = RunSignals.Queued,
            }, cancellationToken) ?? throw await Busy(integration.Id, cancellationToken);
            var diff = AuditDiff.Between(null, new { run.IntegrationId, run.SyncType, run.Jql });
            await audit.Record("sync.started", "sync_run", run.Id, run.ScopePath, diff, cancellationToken);
            await mediator.Publish(run.Announce(), cancellationToken);
            await tx.Commit(cancellationToken);
            return run;
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

    private const string Insert = $"""
        insert into sync.runs (id, integration_id, scope_id, scope_path, sync_type, jql, status, requested_by, trace_parent, created_at)
        values (@id, @integrationId, @scopeId, @scopePath, @syncType, @jql, 'queued', @requestedBy, @traceParent, @now)
        on conflict (integration_id) where status in ('queued', 'running', 'waiting', 'quarantined') do nothing
        returning {SyncRun.Columns}, pg_notify(@queued, '')
        """;

    private const string FindLive = """
        select id from sync.runs where integration_id = @integrationId and status in ('queued', 'running', 'waiting', 'quarantined')
        """;
}
