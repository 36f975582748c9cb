using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests;

/// <summary>How the connection of one type is tested.</summary>
internal interface IConnectionTest
{
    /// <summary>Id of the type.</summary>
    string Type { get; }

    /// <exception cref="TestStopped">A step failed.</exception>
    Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct);
}
