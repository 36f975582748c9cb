using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace Hub.SharedKernel.Outbound;

/// <summary>
/// The way out for what is not HTTP: connects only where the <see cref="AddressPolicy"/> allows, in time, and trusts the same certificates as
/// <see cref="OutboundHttp"/>.
/// </summary>
public sealed class OutboundSockets
{
    private readonly OutboundWiring wiring;
    private readonly Connector connector;

    public OutboundSockets(AddressPolicy policy) : this(policy, new OutboundWiring()) { }

    internal OutboundSockets(AddressPolicy policy, OutboundWiring wiring)
    {
        this.wiring = wiring;
        connector = new Connector(policy, wiring);
    }

    /// <param name="host">Name or address.</param>
    /// <param name="port">1-65535.</param>
    /// <param name="trace">Gets the steps <c>dns</c>, <c>address_policy</c> and <c>connect</c>.</param>
    /// <param name="timeout">For the look-up and all addresses together.</param>
    /// <param name="ct">The caller gives up.</param>
    /// <exception cref="OutboundException">There is no connection; see its reason.</exception>
    public Task<Stream> Open(string host, int port, OutboundTrace? trace, TimeSpan timeout, CancellationToken ct) =>
        Within(timeout, $"{host} did not accept a connection on port {port} in time.", trace,
            async token => await connector.Open(new DnsEndPoint(host, port), trace, token), ct);

    /// <summary>Negotiates TLS over a connection. The certificate must be issued for the host.</summary>
    /// <param name="plain">Disposed with the stream that is returned; the caller's own when this fails.</param>
    /// <param name="host">Whom the certificate must name.</param>
    /// <param name="port">For messages.</param>
    /// <param name="trust">Whose certificates are accepted; null for those that this machine trusts.</param>
    /// <param name="trace">Gets the step <c>tls</c>.</param>
    /// <param name="timeout">For the handshake.</param>
    /// <param name="ct">The caller gives up.</param>
    /// <exception cref="OutboundException">There is no secure channel.</exception>
    public Task<Stream> Secure(
        Stream plain, string host, int port, TlsTrust? trust, OutboundTrace? trace, TimeSpan timeout, CancellationToken ct) =>
        Within(timeout, $"{host} did not complete the TLS handshake on port {port} in time.", trace, async token =>
        {
            var secure = new SslStream(plain, leaveInnerStreamOpen: false);
            trace?.Begin("tls");
            try
            {
                var options = OutboundHandlers.Trusting(trust, wiring);
                options.TargetHost = host;
                await secure.AuthenticateAsClientAsync(options, token);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                throw Failures.Tls(e, host, port, trust);
            }

            trace?.End(true, OutboundHandlers.NameOf(secure.SslProtocol));
            return (Stream)secure;
        }, ct);

    private static async Task<Stream> Within(
        TimeSpan timeout, string late, OutboundTrace? trace, Func<CancellationToken, Task<Stream>> work, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        try
        {
            return await work(deadline.Token);
        }
        catch (OutboundException e)
        {
            trace?.End(false, e.Message);
            throw;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            trace?.End(false, late);
            throw new OutboundException(OutboundReason.Timeout, late);
        }
    }
}
