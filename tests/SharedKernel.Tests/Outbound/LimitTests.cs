using System.IO.Compression;
using System.Net;
using System.Text;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using static Hub.SharedKernel.Tests.Outbound.OutboundHttpTests;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class LimitTests
{
    private const int Cap = 100_000;

    [TestCase("gzip")]
    [TestCase("br")]
    [TestCase("deflate")]
    public async Task a_bomb_stops_at_the_cap(string encoding)
    {
        var packed = Packed(encoding, 64 * 1024 * 1024);
        packed.Length.Should().BeLessThan(Cap);
        await using var peer = await Peer.Start(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.Body.WriteAsync(packed).AsTask();
        });
        using var http = Peer.Client();
        (await Failure(http, Peer.Get(peer.At("/dump?q=1")) with { MaxResponseBytes = Cap })).Should().Match<OutboundException>(e =>
            e.Reason == OutboundReason.TooLarge && e.Message == $"The answer of 127.0.0.1/dump is larger than {Cap} bytes.");
    }

    [TestCase("gzip")]
    [TestCase("br")]
    [TestCase("deflate")]
    public async Task compressed_answers_are_unpacked_up_to_the_cap_exactly(string encoding)
    {
        await using var peer = await Peer.Start(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.Body.WriteAsync(Packed(encoding, Cap)).AsTask();
        });
        using var http = Peer.Client();
        (await http.Send(Peer.Get(peer.At("/")) with { MaxResponseBytes = Cap }, default)).Body.Should().HaveCount(Cap).And.OnlyContain(b => b == 0);
        (await Failure(http, Peer.Get(peer.At("/")) with { MaxResponseBytes = Cap - 1 })).Reason.Should().Be(OutboundReason.TooLarge);
    }

    [TestCase("gzip")]
    [TestCase("br")]
    [TestCase("deflate")]
    public async Task rubbish_that_claims_to_be_compressed_is_a_broken_answer(string encoding)
    {
        await using var peer = await Peer.Start(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.WriteAsync("s3cr3t rubbish, not compressed at all");
        });
        using var http = Peer.Client();
        var failure = await Failure(http, Peer.Get(peer.At("/")));
        (failure.Reason, failure.Message).Should().Be((OutboundReason.Protocol, "The answer of 127.0.0.1/ cannot be decompressed."));
    }

    [Test]
    public async Task an_announced_size_over_the_cap_is_not_even_read_but_head_may_announce_anything()
    {
        using var peer = new Relay(IPAddress.Loopback, async stream =>
        {
            await Relay.ReadHead(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"));
            await stream.CopyToAsync(Stream.Null);
        });
        using var http = Peer.Client();
        (await Failure(http, Peer.Get(peer.At("/")))).Reason.Should().Be(OutboundReason.TooLarge);
        (await http.Send(Peer.Get(peer.At("/")) with { Method = HttpMethod.Head }, default)).Body.Should().BeEmpty();
    }

    [Test]
    public async Task a_body_without_end_stops_at_the_cap()
    {
        await using var peer = await Peer.Start(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[8192], context.RequestAborted).AsTask()
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var http = Peer.Client();
        (await Failure(http, Peer.Get(peer.At("/")) with { MaxResponseBytes = Cap })).Reason.Should().Be(OutboundReason.TooLarge);
    }

    [Test]
    public async Task a_body_that_drips_ends_with_the_calls_time()
    {
        await using var peer = await Peer.Start(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1]);
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        });
        using var http = Peer.Client();
        var failure = await Failure(http, Peer.Get(peer.At("/slow?q=s3cr3t")) with { Timeout = TimeSpan.FromSeconds(0.3) });
        (failure.Reason, failure.Message).Should().Be((OutboundReason.Timeout, "127.0.0.1/slow did not answer completely within 0.3 s."));
    }

    [Test]
    public async Task headers_that_drip_and_headers_without_end_are_limited()
    {
        using var slow = new Relay(IPAddress.Loopback, async stream =>
        {
            await Relay.ReadHead(stream);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
            for (; ; await Task.Delay(20))
                await stream.WriteAsync("X: y\r\n"u8.ToArray());
        });
        using var big = new Relay(IPAddress.Loopback, async stream =>
        {
            await Relay.ReadHead(stream);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
            for (; ; )
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"X: {new string('y', 1000)}\r\n"));
        });
        using var http = Peer.Client();
        (await Failure(http, Peer.Get(slow.At("/")) with { Timeout = TimeSpan.FromSeconds(0.3) })).Reason.Should().Be(OutboundReason.Timeout);
        var failure = await Failure(http, Peer.Get(big.At("/")));
        (failure.Reason, failure.Message).Should().Be((OutboundReason.TooLarge, "The answer of 127.0.0.1/ has larger headers than the hub reads."));
    }

    [Test]
    public async Task headers_of_60_kilobytes_are_read()
    {
        await using var peer = await Peer.Start(context =>
        {
            context.Response.Headers["X-Big"] = new string('y', 60_000);
            return Task.CompletedTask;
        });
        using var http = Peer.Client();
        (await http.Send(Peer.Get(peer.At("/")), default)).Header("x-big").Should().HaveLength(60_000);
    }

    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "broke the connection before its answer was complete")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "broke the connection before its answer was complete")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ns3cr3t\r\n", "is no valid HTTP")]
    [TestCase("HTTP/1.1 200 OK\r\nX-Half", "broke the connection before its answer was complete")]
    [TestCase("", "broke the connection before its answer was complete")]
    [TestCase("220 s3cr3t smtp.example.com ESMTP\r\n\r\n", "is no valid HTTP")]
    public async Task an_answer_that_breaks_off_is_a_failure(string answer, string message)
    {
        using var peer = new Relay(IPAddress.Loopback, async stream =>
        {
            await Relay.ReadHead(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        });
        using var http = Peer.Client();
        var failure = await Failure(http, Peer.Get(peer.At("/p?q=s3cr3t")));
        failure.Reason.Should().Be(OutboundReason.Protocol);
        failure.Message.Should().Contain("127.0.0.1/p").And.Contain(message);
        failure.ToString().Should().NotContain("s3cr3t");
    }

    [Test]
    public async Task a_reset_in_the_middle_of_a_body_is_a_failure()
    {
        await using var peer = await Peer.Start(async context =>
        {
            context.Response.ContentLength = 1_000_000;
            await context.Response.Body.WriteAsync(new byte[100_000]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var http = Peer.Client();
        (await Failure(http, Peer.Get(peer.At("/")))).Reason.Should().Be(OutboundReason.Protocol);
    }

    [Test]
    public async Task secrets_in_a_path_do_not_reach_the_message()
    {
        await using var peer = await Peer.Start(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var http = Peer.Client();
        var failure = await Failure(http, Peer.Get(peer.At("/services/T0/s3cr3t-part")) with { Secrets = ["s3cr3t-part"] });
        failure.Message.Should().StartWith("127.0.0.1/services/T0/[redacted] broke the connection");
    }

    private static byte[] Packed(string encoding, int zeros)
    {
        using var packed = new MemoryStream();
        using (Stream pack = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.SmallestSize, true),
            "br" => new BrotliStream(packed, CompressionLevel.Optimal, true),
            _ => new ZLibStream(packed, CompressionLevel.SmallestSize, true),
        })
            for (var block = new byte[64 * 1024]; zeros > 0; zeros -= block.Length)
                pack.Write(block, 0, Math.Min(zeros, block.Length));
        return packed.ToArray();
    }
}
