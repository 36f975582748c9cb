using System.Net;
using System.Net.Sockets;

namespace Hub.SharedKernel.Outbound;

/// <summary>
/// Opens connections. A name is resolved once, its addresses are judged, and exactly the allowed ones are connected to, so that no second
/// look-up can bring another address in.
/// </summary>
internal sealed class Connector(AddressPolicy policy, OutboundWiring wiring)
{
    public async ValueTask<Stream> Open(DnsEndPoint target, OutboundTrace? trace, CancellationToken ct)
    {
        var found = await Step(trace, "dns", () => Resolve(target.Host, ct));
        var allowed = await Step(trace, "address_policy", () => Task.FromResult(Allowed(target, found)));
        return await Step(trace, "connect", () => ConnectToAny(target, allowed, ct));
    }

    private async Task<IPAddress[]> Resolve(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        try
        {
            var found = await wiring.Resolve(host, ct);
            return found.Length > 0 ? found : throw Unknown(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw Unknown(host);
        }
    }

    private IPAddress[] Allowed(DnsEndPoint target, IPAddress[] found)
    {
        var allowed = found.Where(address => policy.WhyRefused(address, target.Port) is null).ToArray();
        if (allowed.Length > 0)
            return allowed;
        var why = policy.WhyRefused(found[0], target.Port)!;
        throw new OutboundException(OutboundReason.AddressPolicy,
            IPAddress.TryParse(target.Host, out _) ? why : $"{target.Host} leads to a refused address: {why}");
    }

    private async Task<Stream> ConnectToAny(DnsEndPoint target, IPAddress[] addresses, CancellationToken ct)
    {
        var failure = SocketError.TimedOut;
        foreach (var address in Interleaved(addresses))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(wiring.PatiencePerAddress);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), patience.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                failure = e.SocketErrorCode;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                ct.ThrowIfCancellationRequested();
            }
        }

        throw failure == SocketError.TimedOut
            ? new OutboundException(OutboundReason.Timeout, $"{target.Host} did not accept a connection on port {target.Port} in time.")
            : new OutboundException(OutboundReason.Connect, $"{target.Host} accepts no connection on port {target.Port} ({failure}).");
    }

    // One family may be a dead end as a whole: the second try is always of the other one.
    private static IEnumerable<IPAddress> Interleaved(IPAddress[] addresses) =>
        addresses.GroupBy(address => address.AddressFamily)
            .SelectMany(family => family.Select((address, rank) => (address, rank)))
            .OrderBy(entry => entry.rank)
            .Select(entry => entry.address);

    private static OutboundException Unknown(string host) =>
        new(OutboundReason.Dns, $"The name {host} has no address. Check the spelling of the URL, or the name servers of this machine.");

    private static async Task<T> Step<T>(OutboundTrace? trace, string name, Func<Task<T>> work)
    {
        trace?.Begin(name);
        try
        {
            var result = await work();
            trace?.End(true);
            return result;
        }
        catch (OutboundException e)
        {
            trace?.End(false, e.Message);
            throw;
        }
    }
}
