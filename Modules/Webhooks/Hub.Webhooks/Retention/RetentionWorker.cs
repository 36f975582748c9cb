using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Inbound;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Webhooks.Retention;

/// <summary>Keeps the partitions of all daily tables: some days ahead, and none whose time is over.</summary>
internal sealed class RetentionWorker(WorkerContext context, WebhookOptions options, IConfiguration configuration) : Worker(context)
{
    protected override string Channel => "hub_retention";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(10);

    /// <summary>Today's are there before anything is written; where that fails, rows go to the default partition until a later round.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetValue("Hub:Workers:Enabled", true))
        {
            try
            {
                await ForEach(partitions => partitions.KeepAhead(Time.GetUtcNow(), cancellationToken));
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Log.LogWarning("The partitions of the next days could not be made ({Fault}); trying again", fault.GetType().Name);
            }
        }

        await base.StartAsync(cancellationToken);
    }

    public override Task<int> Tick(CancellationToken ct) => ForEach(async partitions =>
    {
        var now = Time.GetUtcNow();
        await partitions.KeepAhead(now, ct);
        return await partitions.DropOld(now, ct);
    });

    private async Task<int> ForEach(Func<DailyPartitions, Task<int>> work)
    {
        var done = 0;
        foreach (var table in DailyTables.Of(options))
        {
            await using var scope = Scopes.CreateAsyncScope();
            done += await work(new DailyPartitions(scope.ServiceProvider.GetRequiredService<Db>(), table));
        }

        return done;
    }
}
