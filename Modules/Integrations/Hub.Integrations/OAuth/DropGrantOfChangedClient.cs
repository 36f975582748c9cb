using Hub.Integrations.Calls;
using Hub.Integrations.Contracts;
using MediatR;

namespace Hub.Integrations.OAuth;

/// <summary>A grant belongs to a client and a token endpoint; with others configured, or another way to authenticate, it is worth nothing.</summary>
internal sealed class DropGrantOfChangedClient(GrantStore store, OAuthMethods methods) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        var id = notification.Integration.Id;
        if (notification.Change is not IntegrationChange.Updated || await store.Find(id, cancellationToken) is not { } grant)
            return;
        try
        {
            if ((await methods.Of(id, cancellationToken))?.Client.Fingerprint != grant.Client)
                await methods.Drop(grant, cancellationToken);
        }
        catch (CallFailed)
        {
            // Half configured: what it will be in the end decides. Calls compare once more.
        }
    }
}
