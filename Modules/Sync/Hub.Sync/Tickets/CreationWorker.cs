using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Tickets;

/// <summary>Brings creations to their end that no request works on any more: after a crash, and where the outcome is looked for.</summary>
internal sealed class CreationWorker(WorkerContext context) : Worker(context)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan BetweenPrunes = TimeSpan.FromHours(1);
    private DateTimeOffset prunedAt;

    protected override string Channel => TicketCreations.Due;

    protected override int Parallelism => 2;

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var creations = scope.ServiceProvider.GetRequiredService<TicketCreations>();
        if (await creations.Claim(null, ct) is { } creation)
        {
            await scope.ServiceProvider.GetRequiredService<CreationDriver>().Step(creation, ct);
            return 1;
        }

        if (Time.GetUtcNow() - prunedAt >= BetweenPrunes)
        {
            prunedAt = Time.GetUtcNow();
            await creations.Prune(Kept, ct);
        }

        return 0;
    }
}
