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
    public static SocketsHttpHandler Fresh(Connector connector, OutboundWiring wiring, OutboundTrace? trace, TlsTrust? trust)
    {
        var handler = Guarded(wiring);
        if (trust is not null)
            handler.SslOptions = Trusting(trust);
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
            trace?.End(true, (context.PlaintextStream as SslStream)?.SslProtocol switch
            {
                SslProtocols.Tls13 => "TLS 1.3",
                SslProtocols.Tls12 => "TLS 1.2",
                _ => null,
            });
            return ValueTask.FromResult(context.PlaintextStream);
        };
        return handler;
    }

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
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Chain(wiring.Roots) },
    };

    private static SslClientAuthenticationOptions Trusting(TlsTrust trust) => trust.Certificates is { } roots
        ? new() { CertificateChainPolicy = Chain(roots) }
        : new() { CertificateChainPolicy = Chain(null), RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null };

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
