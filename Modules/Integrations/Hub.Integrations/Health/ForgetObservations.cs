using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Health;

/// <summary>Keeps observations for seven days, as long as uptime is told.</summary>
internal sealed class ForgetObservations(WorkerContext context) : Worker(context)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    protected override string Channel => "integrations_observations";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(15);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Db>().Execute(Delete, new { before = Time.GetUtcNow() - Kept }, ct);
    }

    // In bites, so that no long transaction holds up the cleaning of the table.
    private const string Delete = """
        delete from integrations.health_observations
        where id in (select id from integrations.health_observations where at < @before order by at limit 5000)
        """;
}
