using System.Net;
using System.Net.Sockets;

namespace Hub.SharedKernel.Outbound;

/// <summary>IPv4 addresses that travel inside IPv6 ones.</summary>
internal static class EmbeddedAddress
{
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>The same address without its IPv6 dress and zone: <c>::ffff:10.0.0.1</c> is <c>10.0.0.1</c>.</summary>
    public static IPAddress Plain(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } => new IPAddress(address.GetAddressBytes()),
        _ => address,
    };

    /// <summary>The IPv4 host behind the well-known NAT64 prefix: how an IPv6-only network reaches the IPv4 Internet.</summary>
    public static IPAddress? BehindNat64(IPAddress address) => Nat64.Contains(address) ? Take(address, 12) : null;

    /// <summary>The IPv4 address inside any transition form, for questions that no disguise may dodge.</summary>
    public static IPAddress? Anywhere(IPAddress address) =>
        address.AddressFamily != AddressFamily.InterNetworkV6 ? null
        : Nat64.Contains(address) || LocalNat64.Contains(address) || Compatible.Contains(address) ? Take(address, 12)
        : SixToFour.Contains(address) ? Take(address, 2)
        : Teredo.Contains(address) ? Take(address, 12, 0xff)
        : null;

    private static IPAddress Take(IPAddress address, int offset, byte mask = 0) =>
        new([.. address.GetAddressBytes().AsSpan(offset, 4).ToArray().Select(part => (byte)(part ^ mask))]);
}
