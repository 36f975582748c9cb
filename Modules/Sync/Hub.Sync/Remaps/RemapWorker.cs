using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Remaps;

/// <summary>
/// Maps stored records anew after their integration's mapping changed: one page per round, in a short transaction that no page of a running sync can
/// come between. The provider is not asked.
/// </summary>
internal sealed class RemapWorker(WorkerContext context) : Worker(context)
{
    public const string Due = "hub_remap_due";

    private const int PageSize = 200;

    protected override string Channel => Due;

    protected override TimeSpan Idle => TimeSpan.FromSeconds(5);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider;
        var db = unit.GetRequiredService<Db>();
        await using var tx = await db.Begin(ct);
        if (await db.First<Remap>(Claim, null, ct) is not { } remap)
            return 0;
        // First the run, then its tickets, as every writer does.
        await db.Execute(HoldRun, new { remap.IntegrationId }, ct);
        var connection = await unit.GetRequiredService<IMediator>().Send(new AskConnection(remap.IntegrationId), ct);
        var last = connection is null ? null : await unit.GetRequiredService<TicketRemap>().Page(connection, remap.AfterId, PageSize, ct);
        await db.Execute(last is null ? Finish : Advance, new { remap.IntegrationId, after = last }, ct);
        await tx.Commit(ct);
        return 1;
    }

    private sealed record Remap(long IntegrationId, long AfterId);

    private const string Claim = """
        select integration_id, after_id from sync.remaps order by asked_at limit 1 for update skip locked
        """;

    private const string HoldRun = """
        select id from sync.runs where integration_id = @integrationId and status in ('queued', 'running', 'waiting', 'quarantined') for update
        """;

    private const string Advance = """
        update sync.remaps set after_id = @after where integration_id = @integrationId
        """;

    private const string Finish = """
        delete from sync.remaps where integration_id = @integrationId
        """;
}
