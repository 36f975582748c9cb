using System.Net;
using System.Net.Sockets;

namespace Hub.SharedKernel.Outbound;

/// <summary>
/// Decides which addresses an outbound call may connect to: public unicast ones, and the networks that the operator opened.
/// IPv4 addresses inside IPv6 ones (mapped, NAT64) are judged as what they lead to.
/// </summary>
public sealed class AddressPolicy
{
    private const int MailExchangePort = 25;

    private readonly IPNetwork[] allowed;
    private readonly HashSet<IPAddress> exact;

    /// <exception cref="FormatException">An entry is not a network; the message names it.</exception>
    public AddressPolicy(IEnumerable<string> allowedNetworks)
    {
        allowed = [.. allowedNetworks.Select(Parse)];
        exact = [.. allowed.Where(IsOneAddress).Select(network => network.BaseAddress)];
    }

    public bool Allows(IPAddress address) => WhyRefused(address) is null;

    /// <summary>
    /// The same for a port of the address. On port 25 mail servers trust each other: only what the operator opened can be called there, so that nobody
    /// sends spam in the hub's name.
    /// </summary>
    public string? WhyRefused(IPAddress address, int port) =>
        WhyRefused(address) ?? (port is MailExchangePort && !IsOpened(EmbeddedAddress.Plain(address))
            ? $"Port 25 of {address} is for mail servers among themselves. Submit mail on port 587 or 465, or allow the address with {EgressOptions.Setting}."
            : null);

    /// <summary>A sentence for people that names the address, what it is and the way out; null when the address is allowed.</summary>
    public string? WhyRefused(IPAddress address)
    {
        var plain = EmbeddedAddress.Plain(address);
        var inside = EmbeddedAddress.Anywhere(plain);
        if (SpecialNetworks.IsMetadata(plain) || (inside is not null && SpecialNetworks.IsMetadata(inside)))
            return exact.Contains(plain) || (inside is not null && exact.Contains(inside)) ? null
                : $"{plain} is a cloud metadata address. Only an entry for exactly this address in {EgressOptions.Setting} allows it.";
        if (IsOpened(plain))
            return null;
        if (EmbeddedAddress.BehindNat64(plain) is { } target)
            return WhyRefused(target);
        return SpecialNetworks.Kind(plain) is { } kind ? $"{plain} is {kind}. Allow its network with {EgressOptions.Setting}." : null;
    }

    private bool IsOpened(IPAddress plain) => Array.Exists(allowed, network => network.Contains(plain));

    /// <summary>Reads one entry of the list: a network in CIDR form, or a bare address.</summary>
    /// <exception cref="FormatException">The entry is not a network; the message says what would be one.</exception>
    private static IPNetwork Parse(string entry)
    {
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? entry : entry[..slash], out var address) || (slash >= 0 && !IsPrefix(entry[(slash + 1)..], address)))
            throw new FormatException($"{EgressOptions.Setting}: '{entry}' is not a network. Write it like 10.0.0.0/8 or fd12:3456::/32.");
        var length = slash < 0 ? Bits(address) : int.Parse(entry[(slash + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        if (address.IsIPv4MappedToIPv6 && length >= 96)
            (address, length) = (address.MapToIPv4(), length - 96);
        var start = Mask(address, length);
        return start.Equals(address) ? new IPNetwork(address, length)
            : throw new FormatException($"{EgressOptions.Setting}: '{entry}' is not the start of a network. Did you mean {start}/{length}?");
    }

    private static bool IsPrefix(string text, IPAddress address) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out var length) && length <= Bits(address);

    private static bool IsOneAddress(IPNetwork network) => network.PrefixLength == Bits(network.BaseAddress);

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static IPAddress Mask(IPAddress address, int length) =>
        new([.. address.GetAddressBytes().Select((part, index) => (byte)(part & (0xff00 >> Math.Clamp(length - (index * 8), 0, 8))))]);
}
