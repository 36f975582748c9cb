using Hub.Integrations.Contracts;
using Hub.Integrations.Health;
using MediatR;

namespace Hub.Integrations.OAuth;

/// <summary>A token that was refused before its end is refreshed next, which shows whether the grant itself is over.</summary>
internal sealed class RefreshRefusedGrant(GrantStore store) : INotificationHandler<IntegrationHealthChanged>
{
    public async Task Handle(IntegrationHealthChanged notification, CancellationToken cancellationToken)
    {
        if (notification is { To: HealthStatus.Error, Reason: FailureReason.Auth })
            await store.Distrust(notification.Integration.Id, cancellationToken);
    }
}
