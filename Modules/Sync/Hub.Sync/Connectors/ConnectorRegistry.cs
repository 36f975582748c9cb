namespace Hub.Sync.Connectors;

/// <summary>The connectors of this build by integration type.</summary>
internal sealed class ConnectorRegistry(IEnumerable<IConnector> connectors)
{
    private readonly Dictionary<string, IConnector> byType = connectors.ToDictionary(connector => connector.IntegrationType, StringComparer.Ordinal);

    /// <returns>Null when integrations of this type have nothing to synchronise.</returns>
    public IConnector? Find(string integrationType) => byType.GetValueOrDefault(integrationType);
}
