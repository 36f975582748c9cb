using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>Keeps webhooks at the providers as wanted, and notes that a hub is there to receive them.</summary>
internal sealed class RegistrationWorker(WorkerContext context) : Worker(context)
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(5);

    protected override string Channel => RegistrationSignals.Due;

    protected override TimeSpan Idle => TimeSpan.FromSeconds(5);

    protected override int Parallelism => 2;

    public override async Task<int> Tick(CancellationToken ct)
    {
        await In<HubPresence>(presence => presence.Note(ct));
        // Not cancelled by a stop: what was taken by then would stay taken until its lease ends.
        WebhookRegistration? claim = null;
        await In<RegistrationClaims>(async claims => claim = await claims.Take(CancellationToken.None));
        if (claim is null)
            return 0;
        using var activity = Continue("webhook_registration.check", null);
        using var patience = new CancellationTokenSource(RegistrationClaims.Patience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await In<RegistrationCheck>(check => check.Run(claim, either.Token));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await In<RegistrationClaims>(claims => claims.GiveBack(claim, TimeSpan.Zero, CancellationToken.None));
            throw;
        }
        catch (Exception fault)
        {
            Log.LogError(fault, "The check of the webhook of integration {Integration} could not end", claim.IntegrationId);
            await In<RegistrationClaims>(claims => claims.GiveBack(claim, AfterFault, CancellationToken.None));
        }

        return 1;
    }

    private async Task In<T>(Func<T, Task> work) where T : notnull
    {
        await using var scope = Scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }
}
