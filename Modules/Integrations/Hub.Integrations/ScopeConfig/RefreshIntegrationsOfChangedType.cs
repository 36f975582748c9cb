using Hub.Schemas.Contracts;
using MediatR;

namespace Hub.Integrations.ScopeConfig;

/// <summary>A new version of a type may need more or less: its integrations keep their values and show what is missing now.</summary>
internal sealed class RefreshIntegrationsOfChangedType(ConfigLevels levels, IntegrationsBelow below) : INotificationHandler<SchemaChanged>
{
    public async Task Handle(SchemaChanged notification, CancellationToken cancellationToken)
    {
        await levels.Claim(notification.Id, cancellationToken);
        await below.BringUpToDate(await below.Affected(notification.Schema, null, cancellationToken), cancellationToken);
    }
}
