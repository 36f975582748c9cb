using System.Net;
using System.Security.Cryptography.X509Certificates;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using static Hub.SharedKernel.Tests.Outbound.OutboundHttpTests;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class TlsAndTraceTests
{
    private static readonly OutboundWiring Names = Peer.Names(("secure.example", ["127.0.0.1"]), ("other.example", ["127.0.0.1"]));

    [Test]
    public async Task an_untrusted_certificate_ends_the_call_before_anything_is_sent([Values] bool fresh)
    {
        var reached = false;
        await using var peer = await Peer.Start(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        }, Peer.Certificate("secure.example"));
        using var http = Peer.Client(Names);
        var trace = new OutboundTrace();
        var failure = await Failure(http, Peer.Get(peer.At("/x?q=s3cr3t", "secure.example", "https")) with { FreshConnection = fresh }, trace);
        failure.Reason.Should().Be(OutboundReason.Tls);
        failure.Message.Should().StartWith("The certificate of secure.example is not accepted").And.Contain("UntrustedRoot").And.NotContain("s3cr3t");
        reached.Should().BeFalse();
        if (fresh)
            trace.Steps.Select(step => (step.Name, step.Ok, step.Message)).Should()
                .Equal(("dns", true, null), ("address_policy", true, null), ("connect", true, null), ("tls", false, failure.Message));
        else
            trace.Steps.Should().BeEmpty();
    }

    [Test]
    public async Task a_trusted_certificate_is_accepted_for_its_own_name_only([Values] bool fresh, [Values("1.1", "2.0")] string version)
    {
        var certificate = Peer.Certificate("secure.example");
        await using var peer = await Peer.Start(context => context.Response.WriteAsync(context.Request.Protocol), certificate);
        using var http = Peer.Client(Names with { Roots = [certificate] });
        var trace = new OutboundTrace();
        var request = Peer.Get(peer.At("/", "secure.example", "https")) with { FreshConnection = fresh, HttpVersion = new(version) };
        (await http.Send(request, trace, default)).Text.Should().Be(version == "2.0" ? "HTTP/2" : "HTTP/1.1");
        if (fresh)
            trace.Steps.Select(step => (step.Name, step.Ok)).Should()
                .Equal(("dns", true), ("address_policy", true), ("connect", true), ("tls", true));
        var failure = await Failure(http, request with { Url = peer.At("/", "other.example", "https") });
        failure.Reason.Should().Be(OutboundReason.Tls);
        failure.Message.Should().Contain("NameMismatch");
    }

    [Test]
    public async Task an_expired_certificate_is_refused()
    {
        var expired = Peer.Certificate("secure.example", ends: -1);
        await using var peer = await Peer.Start(_ => Task.CompletedTask, expired);
        using var http = Peer.Client(Names with { Roots = [expired] });
        var failure = await Failure(http, Peer.Get(peer.At("/", "secure.example", "https")));
        (failure.Reason, failure.Message.Contains("NotTimeValid")).Should().Be((OutboundReason.Tls, true));
    }

    [Test]
    public async Task the_issuer_url_in_a_certificate_is_not_fetched()
    {
        var fetched = false;
        await using var inside = await Peer.Start(_ =>
        {
            fetched = true;
            return Task.CompletedTask;
        });
        using var authority = Peer.Certificate("Some CA");
        var leaf = Peer.Certificate("secure.example", request =>
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [inside.At("/ca.crt").ToString()])), authority);
        await using var peer = await Peer.Start(_ => Task.CompletedTask, leaf);
        using var http = Peer.Client(Names);
        (await Failure(http, Peer.Get(peer.At("/", "secure.example", "https")))).Reason.Should().Be(OutboundReason.Tls);
        fetched.Should().BeFalse();
    }

    [Test]
    public async Task a_plain_server_on_a_tls_url_is_a_tls_failure()
    {
        await using var peer = await Peer.Start(_ => Task.CompletedTask);
        using var http = Peer.Client(Names);
        var failure = await Failure(http, Peer.Get(peer.At("/", "secure.example", "https")));
        (failure.Reason, failure.Message).Should().Be((OutboundReason.Tls,
            $"secure.example completes no TLS handshake on port {peer.Port}. Is it a TLS port, with TLS 1.2 or newer?"));
    }

    [Test]
    public async Task a_server_that_never_answers_the_handshake_is_given_up_and_the_trace_says_where([Values] bool byConnectTimeout)
    {
        using var silent = new Relay(IPAddress.Loopback, async stream => await stream.CopyToAsync(Stream.Null));
        using var http = Peer.Client(new OutboundWiring { PatienceToConnect = TimeSpan.FromSeconds(byConnectTimeout ? 1 : 15) });
        var trace = new OutboundTrace();
        var request = Peer.Get(silent.At("/", "https")) with { FreshConnection = true, Timeout = TimeSpan.FromSeconds(byConnectTimeout ? 30 : 1) };
        var failure = await Failure(http, request, trace);
        failure.Reason.Should().Be(OutboundReason.Timeout);
        trace.Steps.Select(step => (step.Name, step.Ok)).Should().Equal(("dns", true), ("address_policy", true), ("connect", true), ("tls", false));
        trace.Steps[^1].Message.Should().Be(failure.Message);
        trace.Steps[^1].TookMs.Should().BeGreaterThan(100);
    }

    [TestCase("http://nowhere.example/", "dns")]
    [TestCase("http://10.0.0.1/", "dns+ address_policy")]
    [TestCase("http://127.0.0.9:1/", "dns+ address_policy+ connect")]
    public async Task the_trace_ends_with_the_step_that_failed(string url, string steps)
    {
        using var http = Peer.Client(Names);
        var trace = new OutboundTrace();
        var failure = await Failure(http, Peer.Get(new(url)) with { FreshConnection = true }, trace);
        string.Join(' ', trace.Steps.Select(step => step.Name + (step.Ok ? "+" : ""))).Should().Be(steps);
        trace.Steps[^1].Message.Should().Be(failure.Message);
    }

    [Test]
    public async Task a_look_up_that_hangs_shows_in_the_trace_and_cannot_change_it_later()
    {
        var release = new TaskCompletionSource<IPAddress[]>();
        using var http = Peer.Client(new OutboundWiring { Resolve = (_, _) => release.Task });
        var trace = new OutboundTrace();
        var request = Peer.Get(new("http://hangs.example/")) with { FreshConnection = true, Timeout = TimeSpan.FromSeconds(1) };
        (await Failure(http, request, trace)).Reason.Should().Be(OutboundReason.Timeout);
        var before = trace.Steps;
        before.Select(step => (step.Name, step.Ok)).Should().Equal(("dns", false));
        release.SetResult([IPAddress.Loopback]);
        await Task.Yield();
        trace.Steps.Should().Equal(before);
    }

    [Test]
    public async Task every_hop_of_a_fresh_call_connects_anew()
    {
        await using var peer = await Peer.Start(context =>
        {
            if (context.Request.Path == "/")
                context.Response.Redirect("/there");
            return Task.CompletedTask;
        });
        using var http = Peer.Client(Names);
        var trace = new OutboundTrace();
        await http.Send(Peer.Get(peer.At("/")) with { FreshConnection = true, MaxRedirects = 1 }, trace, default);
        trace.Steps.Select(step => (step.Name, step.Ok)).Should().Equal(("dns", true), ("address_policy", true), ("connect", true));
    }

    [Test]
    public async Task after_a_redirect_the_trace_tells_of_the_last_hop()
    {
        await using var peer = await Peer.Start(context =>
        {
            context.Response.Redirect("http://10.0.0.1/");
            return Task.CompletedTask;
        });
        using var http = Peer.Client(Names);
        var trace = new OutboundTrace();
        await Failure(http, Peer.Get(peer.At("/")) with { FreshConnection = true, MaxRedirects = 1 }, trace);
        trace.Steps.Select(step => (step.Name, step.Ok)).Should().Equal(("dns", true), ("address_policy", false));
    }
}
