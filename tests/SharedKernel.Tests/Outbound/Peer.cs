using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.SharedKernel.Tests.Outbound;

/// <summary>Somebody else's server, on a free port of 127.0.0.1.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly WebApplication app;

    private Peer(WebApplication app, int port) => (this.app, Port) = (app, port);

    public int Port { get; }

    public Uri At(string path, string host = "127.0.0.1", string scheme = "http") => new($"{scheme}://{host}:{Port}{path}");

    public static async Task<Peer> Start(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxResponseBufferSize = 64 * 1024;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Server(certificate)) });
            });
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new(app, new Uri(app.Urls.First()).Port);
    }

    public static OutboundHttp Client(OutboundWiring? wiring = null, params string[] networks) =>
        new(new AddressPolicy(networks.Length > 0 ? networks : ["127.0.0.0/8"]), NullLogger<OutboundHttp>.Instance, wiring ?? new());

    public static OutboundWiring Names(params (string Name, string[] Addresses)[] names) => new()
    {
        Resolve = (host, _) => names.FirstOrDefault(entry => entry.Name == host) is { Addresses: { } found }
            ? Task.FromResult(found.Select(IPAddress.Parse).ToArray())
            : IPAddress.TryParse(host, out var literal) ? Task.FromResult<IPAddress[]>([literal])
            : throw new SocketException((int)SocketError.HostNotFound),
    };

    public static OutboundRequest Get(Uri url) => new() { Method = HttpMethod.Get, Url = url };

    /// <summary>Good from nine days ago until some days from now; signed by itself unless an issuer is given.</summary>
    public static X509Certificate2 Certificate(string name, Action<CertificateRequest>? more = null, X509Certificate2? issuer = null, int ends = 1)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Replace(' ', '-'));
        request.CertificateExtensions.Add(names.Build());
        more?.Invoke(request);
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(ends));
        using var made = issuer is null
            ? request.CreateSelfSigned(from, to)
            : request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForRSA(issuer.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1),
                from, to, [1, 2, 3]).CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    // Offline: the server must not look for its issuer either, else nobody knows which side did.
    private static SslServerAuthenticationOptions Server(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
