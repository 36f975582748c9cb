using System.Net;
using System.Net.Sockets;

namespace Hub.SharedKernel.Outbound;

/// <summary>
/// What each part of the address space is for, from the IANA special-purpose registries (RFC 6890 and its updates), IPv4 multicast and class E.
/// </summary>
internal static class SpecialNetworks
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly (IPNetwork Network, string Kind)[] Known =
    [
        .. Of("an unspecified address", "0.0.0.0/8", "::/128"),
        .. Of("a loopback address", "127.0.0.0/8", "::1/128"),
        .. Of("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
        .. Of("a link-local address", "169.254.0.0/16", "fe80::/10"),
        .. Of("a carrier-internal (shared) address", "100.64.0.0/10"),
        .. Of("a multicast address", "224.0.0.0/4", "ff00::/8"),
        .. Of("the broadcast address", "255.255.255.255/32"),
        .. Of("an address for documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
        .. Of("an address for benchmarks", "198.18.0.0/15", "2001:2::/48"),
        .. Of("a tunnel address", "192.88.99.0/24", "2002::/16", "2001::/32", "64:ff9b:1::/48", "::/96"),
        .. Of("a reserved address", "192.0.0.0/24", "240.0.0.0/4", "2001::/23"),
    ];

    // Addresses at which clouds hand credentials to whoever asks from inside. One of them is a public address, some are in private space.
    private static readonly HashSet<IPAddress> Metadata =
    [
        .. new[]
        {
            "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.0.23", "169.254.42.42", "100.100.100.200", "168.63.129.16", "192.0.0.192",
            "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42",
        }.Select(IPAddress.Parse),
    ];

    public static bool IsMetadata(IPAddress address) => Metadata.Contains(address);

    /// <summary>What the address is ("a loopback address"), or null for public unicast.</summary>
    public static string? Kind(IPAddress address)
    {
        foreach (var (network, kind) in Known)
            if (network.Contains(address))
                return kind;
        return address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address) ? null : "a reserved address";
    }

    private static IEnumerable<(IPNetwork, string)> Of(string kind, params string[] networks) =>
        networks.Select(network => (IPNetwork.Parse(network), kind));
}
