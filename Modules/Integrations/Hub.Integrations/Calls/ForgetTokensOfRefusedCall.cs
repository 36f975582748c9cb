using Hub.Integrations.Health;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Integrations.Calls;

/// <summary>A token that a provider refused is not used again: the next call asks for another.</summary>
internal sealed class ForgetTokensOfRefusedCall(TokenCache cache) : INotificationHandler<IntegrationCalled>
{
    public Task Handle(IntegrationCalled notification, CancellationToken cancellationToken)
    {
        if (notification.Reason is FailureReason.Auth)
            cache.Forget(notification.IntegrationId);
        return Task.CompletedTask;
    }
}
