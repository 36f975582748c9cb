using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hub.SharedKernel.Outbound;

/// <summary>Builds the platform's handlers with everything off that could reach past the address policy.</summary>
internal static class OutboundHandlers
{
    private const int MaxHeaderKilobytes = 64;

    public static SocketsHttpHandler Pooled(Connector connector, OutboundWiring wiring)
    {
        var handler = Guarded(wiring);
        // Names move: a connection that lives for ever would never see it.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
        handler.MaxConnectionsPerServer = 64;
        handler.ConnectCallback = (context, ct) => connector.Open(context.DnsEndPoint, null, ct);
        return handler;
    }

    /// <summary>A handler for one call alone, so that the connection it opens serves that call and no other.</summary>
    public static SocketsHttpHandler Fresh(Connector connector, OutboundWiring wiring, OutboundTrace? trace, TlsTrust? trust = null)
    {
        var handler = Guarded(wiring);
        if (trust is not null)
            handler.SslOptions = Trusting(trust, wiring);
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        handler.ConnectCallback = async (context, ct) =>
        {
            var stream = await connector.Open(context.DnsEndPoint, trace, ct);
            if (context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps)
                trace?.Begin("tls");
            return stream;
        };
        handler.PlaintextStreamFilter = (context, _) =>
        {
            trace?.End(true, NameOf((context.PlaintextStream as SslStream)?.SslProtocol));
            return ValueTask.FromResult(context.PlaintextStream);
        };
        return handler;
    }

    public static string? NameOf(SslProtocols? protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        _ => null,
    };

    private static SocketsHttpHandler Guarded(OutboundWiring wiring) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        ConnectTimeout = wiring.PatienceToConnect,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new TraceContextPropagator(),
        SslOptions = Trusting(null, wiring),
    };

    public static SslClientAuthenticationOptions Trusting(TlsTrust? trust, OutboundWiring wiring) =>
        new() { CertificateChainPolicy = Chain(trust is null ? wiring.Roots : trust.Certificates), RemoteCertificateValidationCallback = Callback(trust) };

    private static RemoteCertificateValidationCallback? Callback(TlsTrust? trust) =>
        trust is { Certificates: null } ? (_, certificate, _, _) => certificate is not null : null;

    // A certificate may name a URL to fetch its issuer from. The platform would fetch it without asking the address policy.
    private static X509ChainPolicy Chain(X509Certificate2Collection? roots)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }
}
