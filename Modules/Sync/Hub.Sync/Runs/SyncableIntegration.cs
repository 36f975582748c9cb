using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using Hub.Sync.Connectors;
using MediatR;

namespace Hub.Sync.Runs;

/// <param name="Integration">Which integration.</param>
/// <param name="Connector">Who can read it.</param>
internal sealed record SyncableIntegration(IntegrationInfo Integration, IConnector Connector)
{
    /// <exception cref="NotFoundException">There is no such integration that the caller sees.</exception>
    /// <exception cref="ConflictException">It has nothing to synchronise.</exception>
    public static async Task<SyncableIntegration> Require(IMediator mediator, ConnectorRegistry connectors, long id, Caller caller, CancellationToken ct)
    {
        var integration = await mediator.Send(new AskIntegration(id, caller.ScopeId), ct) ?? throw NotFoundException.Of("integration", id);
        return connectors.Find(integration.Type) is { } connector
            ? new SyncableIntegration(integration, connector)
            : throw new ConflictException("not_syncable", $"Integrations of type {integration.Type} have nothing to synchronise.");
    }

    /// <summary>The streams that it has switched on. Ask outside of transactions.</summary>
    public async Task<IReadOnlyList<string>> Streams(IMediator mediator, CancellationToken ct) =>
        Connector.Streams(await mediator.Send(new AskConnection(Integration.Id), ct) ?? throw NotFoundException.Of("integration", Integration.Id));
}
