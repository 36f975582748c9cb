using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Sync.Connectors;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Sync.Runs;

/// <summary>
/// Works on runs: claims one, walks it, and settles how it went. A run that must wait is put down with its checkpoint, so nothing is held meanwhile;
/// on a graceful stop it goes back to the queue, and after a crash whoever finds its lease over goes on from the last stored page.
/// </summary>
internal sealed class SyncRunWorker(WorkerContext context, DbSignals signals, ConnectorRegistry connectors, SyncOptions options) : Worker(context)
{
    private const string Internal = "internal";

    protected override string Channel => RunSignals.Queued;

    protected override int Parallelism => options.Parallelism;

    public override async Task<int> Tick(CancellationToken ct)
    {
        ClaimedRun? run = null;
        await In<RunClaims>(async claims => run = await claims.Claim(ct));
        if (run is null)
            return 0;
        using var activity = Continue("sync.run", run.TraceParent);
        await using var lease = new RunLease(run, Scopes, signals, Time, options.Lease, ct);
        var walk = new RunProgress();
        try
        {
            await Work(run, walk, lease.Lost);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await In<RunClaims>(claims => claims.GiveBack(run, CancellationToken.None));
            throw;
        }
        catch (Exception end) when (end is LeaseLost || (end is OperationCanceledException && lease.Lost.IsCancellationRequested))
        {
            Log.LogInformation("Sync run {Run} was cancelled or taken over", run.Id);
        }
        catch (ProviderFailure failure)
        {
            await Settle(run, walk, failure, lease.Lost);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.LogError(fault, "Sync run {Run} met a fault of the hub itself", run.Id);
            await Settle(run, walk, new ProviderFailure(Internal, "The hub itself failed at this run; its log says more.", true), lease.Lost);
        }

        return 1;
    }

    private async Task Work(ClaimedRun run, RunProgress progress, CancellationToken ct)
    {
        if (run.Attempts >= Retry.MostFailures)
            throw new ProviderFailure(Internal, "The process that worked on this run ended again and again.", false);
        Connection? connection = null;
        await In<IMediator>(async mediator => connection = await mediator.Send(new AskConnection(run.IntegrationId), ct));
        if (connection is not { Integration.Enabled: true })
            await In<RunLedger>(ledger => ledger.Cancel(run, "The integration was disabled or deleted.", ct));
        else if (connection.Problem is { } problem)
            throw new ProviderFailure("config", problem, false);
        else if (connectors.Find(connection.Integration.Type) is { } connector)
            await Read(run, connector, connection, progress, ct);
        else
            throw new ProviderFailure("config", $"Integrations of type {connection.Integration.Type} have nothing to synchronise.", false);
    }

    private async Task Read(ClaimedRun run, IConnector connector, Connection connection, RunProgress progress, CancellationToken ct)
    {
        var context = new StreamContext(connection, run);
        var names = connector.Streams(connection).Where(name => run.Streams?.Contains(name) ?? true).ToArray();
        if (names.Length == 0)
            throw new ProviderFailure("config", "None of the streams that this run was started for is switched on.", false);
        var chosen = await connector.Choose(run, connection, names, ct);
        var reading = new ConnectorRun(run, chosen, name => connector.Open(name, context), progress, Scopes, Time, options);
        if (!await reading.Work(ct))
            await In<RunClaims>(claims => claims.MakeRoom(run, ct));
    }

    private async Task Settle(ClaimedRun run, RunProgress progress, ProviderFailure failure, CancellationToken ct)
    {
        try
        {
            var failures = progress.PagesStored > 0 ? 0 : run.Attempts;
            if (failure.Reason == "rate_limited")
                await Wait(run, Retry.AfterThrottle(failure.RetryAfter), failures, failure.Message, ct);
            else if (failure.Passing && failures + 1 < Retry.MostFailures)
                await Wait(run, Retry.After(failures + 1, TimeSpan.FromSeconds(options.RetrySeconds), failure.RetryAfter, Random.Shared.NextDouble()),
                    failures + 1, failure.Message, ct);
            else
                await Fail(run, failure, ct);
        }
        catch (LeaseLost)
        {
            Log.LogInformation("Sync run {Run} was cancelled or taken over", run.Id);
        }
    }

    private Task Wait(ClaimedRun run, TimeSpan wait, int failures, string message, CancellationToken ct) =>
        In<RunLedger>(ledger => ledger.Wait(run, Time.GetUtcNow() + wait, failures, message, ct));

    private async Task Fail(ClaimedRun run, ProviderFailure failure, CancellationToken ct)
    {
        // A fault of the hub, or a query that somebody typed wrong, says nothing about the integration. Told first: who sees the run failed sees why.
        if (failure.Reason != Internal && (failure.Reason != "config" || run.SyncType is not SyncType.Manual))
            await In<RunLedger>(ledger => ledger.TellHealth(new IntegrationCalled(run.IntegrationId, false, failure.Reason, failure.Message, 0), ct));
        await In<RunLedger>(ledger => ledger.Fail(run, failure.Reason, failure.Message, ct));
    }

    private async Task In<T>(Func<T, Task> work) where T : notnull
    {
        await using var scope = Scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }
}

/// <summary>How far one claim of a run came, for whoever must judge its failure.</summary>
internal sealed class RunProgress
{
    public int PagesStored { get; set; }
}
