using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hub.Integrations.ConnectionTests;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Integrations.Tests.Calls;

/// <summary>
/// Other people's servers in this process, seen through the real way out. Calls to hosts that a test cannot be (Google, AWS) are led here with the host
/// as the first part of the path; what was sent is written down byte by byte.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly OutboundHttp http = new(new AddressPolicy(["127.0.0.0/8"]), NullLogger<OutboundHttp>.Instance);
    private readonly Func<Sent, HttpContext, Task> answer;

    private FakeProvider(Func<Sent, HttpContext, Task> answer, X509Certificate2? certificate)
    {
        this.answer = answer;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        app = builder.Build();
        app.Run(Handle);
    }

    /// <param name="Method">As sent.</param>
    /// <param name="Host">The host that was meant.</param>
    /// <param name="Target">Path and query as sent.</param>
    /// <param name="Headers">By name.</param>
    /// <param name="Body">The bytes as text.</param>
    public sealed record Sent(string Method, string Host, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string Path => Target.Split('?')[0];

        public string? Header(string name) => Headers.GetValueOrDefault(name);

        public Dictionary<string, string> Form => Body.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[1]));
    }

    public string Url => app.Urls.First();

    public ConcurrentQueue<Sent> Requests { get; } = new();

    /// <summary>The way out, with every host led here.</summary>
    public HttpCall Everywhere => (request, trace, ct) => http.Send(request with { Url = new Uri($"{Url}/{request.Url.Authority}{request.Url.PathAndQuery}") }, trace, ct);

    /// <summary>The way out as it is.</summary>
    public HttpCall Direct => http.Send;

    public static async Task<FakeProvider> Start(Func<Sent, HttpContext, Task> answer, X509Certificate2? certificate = null)
    {
        var server = new FakeProvider(answer, certificate);
        await server.app.StartAsync();
        return server;
    }

    public static Task<FakeProvider> Start(Func<Sent, (int Status, string Body)> answer, X509Certificate2? certificate = null) => Start(
        async (sent, context) =>
        {
            var (status, body) = answer(sent);
            await Write(context, status, body);
        }, certificate);

    public static async Task Write(HttpContext context, int status, string body, string type = "application/json")
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, type);
        await context.Response.WriteAsync(body);
    }

    private async Task Handle(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var parts = raw.Split('/', 3);
        var led = parts[1].Contains('.', StringComparison.Ordinal);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var sent = new Sent(context.Request.Method, led ? parts[1] : context.Request.Host.Value!, led ? $"/{parts[2]}" : raw, headers, await reader.ReadToEndAsync());
        Requests.Enqueue(sent);
        await answer(sent, context);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
