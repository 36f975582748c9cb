using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Hub.SharedKernel.Outbound;

/// <summary>What surrounds the client: name look-up, trust and patience. Tests bring their own.</summary>
internal sealed record OutboundWiring
{
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    public TimeSpan PatiencePerAddress { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For look-up, connecting to all addresses and TLS together.</summary>
    public TimeSpan PatienceToConnect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Roots to trust instead of the machine's.</summary>
    public X509Certificate2Collection? Roots { get; init; }
}
