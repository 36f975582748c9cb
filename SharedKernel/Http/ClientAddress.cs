using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Hub.SharedKernel.Http;

/// <summary>
/// Whom a limit by address counts as one. Behind a proxy that is the proxy, unless <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED=true</c>.
/// </summary>
public static class ClientAddress
{
    /// <returns>The address as text, empty where there is none. An IPv6 customer has a whole /64, which counts as one.</returns>
    public static string Of(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily is AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes()[..8], .. new byte[8]]).ToString()
            : address.ToString();
    }
}
