using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Integrations.Health.Checks;

/// <summary>
/// Looks at integrations when their time has come, each in one process at a time however many there are, and as many side by side as the setting allows.
/// </summary>
internal sealed class HealthCheckWorker(WorkerContext context, HealthOptions options) : Worker(context)
{
    private static readonly TimeSpan EnrolEvery = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim enrolling = new(1, 1);
    private DateTimeOffset enrolled = DateTimeOffset.MinValue;

    protected override string Channel => "integrations_checks";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(2);

    protected override int Parallelism => options.Parallelism;

    public override async Task<int> Tick(CancellationToken ct)
    {
        await Enrol(ct);
        // Not cancelled by a stop: what was taken by then would stay taken until its lease ends.
        CheckClaim? claim = null;
        await In<CheckClaims>(async claims => claim = await claims.Take(CancellationToken.None));
        if (claim is null)
            return 0;
        using var activity = Continue("health.check", null);
        try
        {
            await In<HealthCheck>(check => check.Run(claim, ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await In<CheckClaims>(claims => claims.GiveBack(claim, CancellationToken.None));
            throw;
        }
        catch (Exception fault)
        {
            // Not this row's turn again before its lease is over: the others go on meanwhile.
            Log.LogError(fault, "The check of integration {Integration} failed", claim.IntegrationId);
        }

        return 1;
    }

    private async Task Enrol(CancellationToken ct)
    {
        if (Time.GetUtcNow() - enrolled < EnrolEvery || !await enrolling.WaitAsync(0, ct))
            return;
        try
        {
            await In<CheckClaims>(async claims =>
            {
                while (await claims.Enrol(ct) > 0)
                {
                }
            });
            enrolled = Time.GetUtcNow();
        }
        finally
        {
            enrolling.Release();
        }
    }

    private async Task In<T>(Func<T, Task> work) where T : notnull
    {
        await using var scope = Scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    public override void Dispose()
    {
        enrolling.Dispose();
        base.Dispose();
    }
}
