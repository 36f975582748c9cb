using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Hub.Webhooks.Tests.Outbound;

/// <summary>Somebody who is told of events: remembers what came, verifies it as a receiver should, and answers as a test tells it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public string Url => $"{app.Urls.First()}/hook";

    public ConcurrentQueue<Message> Messages { get; } = new();

    /// <summary>Status and headers by message; 204 at first.</summary>
    public Func<Message, (int Status, string? RetryAfter)> Answer { get; set; } = _ => (204, null);

    public sealed record Message(string Id, string Timestamp, string Signature, string Body)
    {
        /// <summary>Whether one of the signatures is by this secret (Standard Webhooks, symmetric).</summary>
        public bool IsSignedBy(string secret)
        {
            var key = Convert.FromBase64String(secret["whsec_".Length..]);
            var mac = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
            return Signature.Split(' ').Contains($"v1,{mac}");
        }

        /// <summary>Whether one of the signatures is by the private part of this key (Standard Webhooks, asymmetric), as BouncyCastle's own signer sees it.</summary>
        public bool IsSignedByKey(string publicKey) => Signature.Split(' ').Where(one => one.StartsWith("v1a,", StringComparison.Ordinal)).Any(one =>
        {
            var content = Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}");
            var verifier = new Ed25519Signer();
            verifier.Init(false, new Ed25519PublicKeyParameters(Convert.FromBase64String(publicKey["whpk_".Length..])));
            verifier.BlockUpdate(content, 0, content.Length);
            return verifier.VerifySignature(Convert.FromBase64String(one["v1a,".Length..]));
        });
    }

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            var message = new Message(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, await reader.ReadToEndAsync());
            receiver.Messages.Enqueue(message);
            var (status, retryAfter) = receiver.Answer(message);
            context.Response.StatusCode = status;
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            if (status is 301)
                context.Response.Headers.Location = "/elsewhere";
            if (status is not 204)
                await context.Response.WriteAsync($"answered {status}");
        });
        await receiver.app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
