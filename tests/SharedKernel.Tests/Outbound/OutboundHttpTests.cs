using System.Diagnostics;
using System.Net;
using System.Text;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class OutboundHttpTests
{
    [Test]
    public async Task a_call_sends_what_it_was_given_and_brings_the_whole_answer()
    {
        await using var peer = await Peer.Start(async context =>
        {
            var sent = await new StreamReader(context.Request.Body).ReadToEndAsync();
            context.Response.StatusCode = 422;
            context.Response.ContentType = "application/problem+json; charset=utf-8";
            context.Response.Headers.Append("Link", new[] { "<a>; rel=next", "<b>; rel=last" });
            await context.Response.WriteAsync($"\ufeff{context.Request.Method} {context.Request.ContentType} {context.Request.Headers.Authorization} "
                + $"{context.Request.Headers["X-Odd"]} {context.Request.Headers.UserAgent} {context.Request.QueryString} {sent}");
        });
        using var http = Peer.Client();
        var response = await http.Send(Peer.Get(peer.At("/x?jql=a%20b")) with
        {
            Method = HttpMethod.Patch,
            Body = Encoding.UTF8.GetBytes("é"),
            ContentType = "application/json",
            Headers = new Dictionary<string, string> { ["Authorization"] = "rawKey,not=standard", ["X-Odd"] = "a:b" },
        }, default);
        response.Status.Should().Be(422);
        response.IsSuccess.Should().BeFalse();
        response.IsJson.Should().BeTrue();
        response.Header("link").Should().Be("<a>; rel=next, <b>; rel=last");
        response.Text.Should().Be("PATCH application/json rawKey,not=standard a:b IntegrationHub/1.0.0 ?jql=a%20b é");
        response.Elapsed.Should().BePositive();
        response.ToString().Should().Be("OutboundResponse { 422, " + response.Body.Length + " bytes from 127.0.0.1 }");
    }

    [TestCase("text/plain; charset=iso-8859-1", new byte[] { 0xe9 }, "é")]
    [TestCase("text/plain; charset=nonsense", new byte[] { 0xc3, 0xa9 }, "é")]
    [TestCase("not a type at all;;", new byte[] { 0xc3, 0xa9 }, "é")]
    public void text_is_read_in_its_charset(string type, byte[] body, string text) =>
        new OutboundResponse(200, new Dictionary<string, string> { ["Content-Type"] = type }, body, new("http://a"), default).Text.Should().Be(text);

    [Test]
    public async Task the_caller_may_name_its_own_user_agent_and_content_headers()
    {
        await using var peer = await Peer.Start(context =>
            context.Response.WriteAsync($"{context.Request.Headers.UserAgent}|{context.Request.ContentType}"));
        using var http = Peer.Client();
        var headers = new Dictionary<string, string> { ["user-agent"] = "mine/2", ["content-type"] = "text/csv" };
        var request = Peer.Get(peer.At("/")) with { Headers = headers };
        (await http.Send(request, default)).Text.Should().Be("mine/2|text/csv");
        (await http.Send(request with { Method = HttpMethod.Post, Body = new byte[1], ContentType = "a/b" }, default)).Text
            .Should().Be("mine/2|text/csv");
    }

    [TestCase("ftp://example.com/")]
    [TestCase("file:///etc/passwd")]
    [TestCase("gopher://127.0.0.1:70/")]
    [TestCase("/relative?token=s3cr3t")]
    [TestCase("https://user:s3cr3t@example.com/")]
    public async Task only_plain_web_addresses_are_called(string url)
    {
        using var http = Peer.Client();
        var failure = await Failure(http, Peer.Get(new Uri(url, UriKind.RelativeOrAbsolute)));
        failure.Reason.Should().Be(OutboundReason.InvalidUrl);
        failure.ToString().Should().NotContain("s3cr3t");
    }

    [TestCase("X-A", "a\r\nX-B: s3cr3t")]
    [TestCase("X-A", "a\ns3cr3t")]
    [TestCase("X-A", "a\0s3cr3t")]
    [TestCase("X-A", "s3cr3té")]
    [TestCase("X-A\r\nX-B: s3cr3t", "a")]
    [TestCase("X A", "s3cr3t")]
    [TestCase("", "s3cr3t")]
    [TestCase("Host", "s3cr3t.example.com")]
    [TestCase("Transfer-Encoding", "chunked")]
    [TestCase("content-length", "7")]
    [TestCase("Content-Type", "a/b\r\nX-B: s3cr3t")]
    public async Task headers_that_would_break_the_request_are_refused(string name, string value)
    {
        using var http = Peer.Client();
        var request = Peer.Get(new("http://127.0.0.1:9/")) with { Headers = new Dictionary<string, string> { [name] = value } };
        var failure = await Failure(http, request);
        failure.Reason.Should().Be(OutboundReason.InvalidHeader);
        failure.Message.Should().NotContain("s3cr3t.").And.NotContain("s3cr3t:").And.NotContain("s3cr3té").And.NotContain("\n");
    }

    [Test]
    public async Task no_cookie_is_kept_and_no_environment_proxy_is_used()
    {
        await using var peer = await Peer.Start(context =>
        {
            context.Response.Cookies.Append("session", "1");
            return context.Response.WriteAsync(context.Request.Headers.Cookie.ToString());
        });
        using var http = Peer.Client();
        await http.Send(Peer.Get(peer.At("/")), default);
        (await http.Send(Peer.Get(peer.At("/")), default)).Text.Should().BeEmpty();
        OutboundHandlers.Pooled(null!, new()).UseProxy.Should().BeFalse();
        OutboundHandlers.Fresh(null!, new(), null, null).UseProxy.Should().BeFalse();
    }

    [Test]
    public async Task calls_share_connections_and_a_fresh_one_does_not()
    {
        await using var peer = await Peer.Start(context => context.Response.WriteAsync(context.Connection.Id));
        using var http = Peer.Client();
        async Task<string> Connection(bool fresh) => (await http.Send(Peer.Get(peer.At("/")) with { FreshConnection = fresh }, default)).Text;
        var shared = await Connection(false);
        (await Connection(false)).Should().Be(shared);
        new[] { await Connection(true), await Connection(true), shared }.Should().OnlyHaveUniqueItems();
    }

    [Test]
    public async Task the_caller_giving_up_is_not_a_failure_of_the_peer()
    {
        var reached = new TaskCompletionSource();
        await using var peer = await Peer.Start(async context =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var http = Peer.Client();
        using var caller = new CancellationTokenSource();
        var call = http.Send(Peer.Get(peer.At("/")), caller.Token);
        await reached.Task;
        await caller.CancelAsync();
        (await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>())
            .Which.CancellationToken.Should().Be(caller.Token);
    }

    [Test]
    public async Task the_trace_goes_along_and_baggage_stays_home()
    {
        await using var peer = await Peer.Start(context =>
            context.Response.WriteAsync($"{context.Request.Headers.TraceParent}|{context.Request.Headers.TraceState}|"
                + context.Request.Headers.Baggage + context.Request.Headers["Correlation-Context"]));
        using var http = Peer.Client();
        using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("tenant", "acme").Start();
        activity.TraceStateString = "v=1";
        var seen = (await http.Send(Peer.Get(peer.At("/")), default)).Text.Split('|');
        seen[0].Should().Contain(activity.TraceId.ToHexString());
        seen[1..].Should().Equal("v=1", "");
    }

    [Test]
    public void a_request_does_not_print_its_secrets() =>
        (Peer.Get(new("https://a:s3cr3t@example.com:8443/s3cr3t?s3cr3t")) with { Secrets = ["s3cr3t"], Body = "s3cr3t"u8.ToArray() }).ToString()
            .Should().Be("OutboundRequest { GET example.com:8443 }");

    [Test]
    public async Task http_3_is_never_spoken_because_it_would_connect_by_itself()
    {
        using var http = Peer.Client();
        await FluentActions.Awaiting(() => http.Send(Peer.Get(new("https://127.0.0.1:9/")) with { HttpVersion = HttpVersion.Version30 }, default))
            .Should().ThrowAsync<ArgumentOutOfRangeException>();
        using var message = RequestMessages.Build(Peer.Get(new("https://127.0.0.1:9/")));
        message.VersionPolicy.Should().Be(HttpVersionPolicy.RequestVersionOrLower);
    }

    internal static async Task<OutboundException> Failure(OutboundHttp http, OutboundRequest request, OutboundTrace? trace = null) =>
        (await FluentActions.Awaiting(() => http.Send(request, trace, default)).Should().ThrowAsync<OutboundException>()).Which;
}
