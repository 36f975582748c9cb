using Hub.Integrations.Calls;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Integrations.OAuth;

/// <summary>Refreshes grants before their tokens end, and idle ones daily, so that providers do not forget them.</summary>
internal sealed class RefreshGrants(WorkerContext context) : Worker(context)
{
    private const int AtOnce = 20;
    private const int SideBySide = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override string Channel => "integrations_oauth";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var due = await scope.ServiceProvider.GetRequiredService<GrantStore>().Due(AtOnce, ct);
        var some = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct };
        await Parallel.ForEachAsync(due, some, async (id, stop) => await Refresh(id, stop));
        return due.Count;
    }

    private async Task Refresh(long id, CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        try
        {
            await scope.ServiceProvider.GetRequiredService<DueGrant>().Refresh(id, ct);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !DatabaseIsAway(fault))
        {
            // One that cannot be worked must not come back at once, nor hold up the others.
            Log.LogError(fault, "The grant of integration {IntegrationId} could not be refreshed", id);
            await scope.ServiceProvider.GetRequiredService<GrantStore>().Skip(id, Pause, ct);
        }
    }

    private static bool DatabaseIsAway(Exception fault) => fault is Npgsql.NpgsqlException and not Npgsql.PostgresException;
}

/// <summary>What is to be done with one grant whose time has come.</summary>
internal sealed class DueGrant(Db db, GrantStore store, OAuthMethods methods, GrantRefresh refresh, Turns turns, TimeProvider time)
{
    private static readonly TimeSpan Unusable = TimeSpan.FromHours(1);

    public async Task Refresh(long integrationId, CancellationToken ct)
    {
        OAuthMethod? method;
        try
        {
            method = await methods.Of(integrationId, ct);
        }
        catch (CallFailed)
        {
            // Incomplete or unreadable for now: the integration itself shows that.
            await store.Skip(integrationId, Unusable, ct);
            return;
        }

        using var turn = await turns.Take(integrationId, ct);
        if (await store.Find(integrationId, ct) is not { IsActive: true } grant || grant.NextRefreshAt > time.GetUtcNow())
            return;
        if (method is null || method.Client.Fingerprint != grant.Client)
        {
            await using var tx = await db.Begin(ct);
            await methods.Drop(grant, ct);
            await tx.Commit(ct);
            return;
        }

        await refresh.Run(grant, method, CancellationToken.None);
    }
}
