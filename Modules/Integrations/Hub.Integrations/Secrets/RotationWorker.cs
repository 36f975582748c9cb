using Hub.Integrations.Contracts;
using Hub.SharedKernel.Workers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Secrets;

/// <summary>Carries the running rotation on, whoever began it and whatever crashed meanwhile, and archives keys afterwards.</summary>
internal sealed class RotationWorker(WorkerContext context) : Worker(context)
{
    protected override string Channel => "integrations_rotation";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(5);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var worked = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ContinueSecretRotation(), ct);
        return worked > 0 ? worked : await scope.ServiceProvider.GetRequiredService<ArchiveKeys>().Run(ct);
    }
}
