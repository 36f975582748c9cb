using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Schedules;

/// <summary>Looks every second for schedules that are due; every hub does, and <see cref="DueSchedules"/> keeps them apart.</summary>
internal sealed class ScheduleWorker(WorkerContext context) : Worker(context)
{
    protected override string Channel => "sync_schedules";

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DueSchedules>().Take(ct);
    }
}
