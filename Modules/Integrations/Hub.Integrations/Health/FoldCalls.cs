using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Integrations.Health;

/// <summary>Real calls count for health like tests do.</summary>
internal sealed class FoldCalls(HealthLog health, TimeProvider time) : INotificationHandler<IntegrationCalled>
{
    public Task Handle(IntegrationCalled notification, CancellationToken cancellationToken) => health.Observe(
        notification.IntegrationId, HealthLog.Call, new Observation(time.GetUtcNow(), notification.Ok, notification.Reason, notification.Message),
        notification.LatencyMs, cancellationToken);
}
