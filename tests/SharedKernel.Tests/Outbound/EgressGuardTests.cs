using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using static Hub.SharedKernel.Tests.Outbound.OutboundHttpTests;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class EgressGuardTests
{
    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("LOCALHOST")]
    [TestCase("2130706433")]
    [TestCase("0x7f.1")]
    [TestCase("0177.0.0.1")]
    [TestCase("127.1")]
    [TestCase("0")]
    [TestCase("0.0.0.0")]
    [TestCase("[::]")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.1]")]
    [TestCase("[::ffff:7f00:1]")]
    [TestCase("[64:ff9b::7f00:1]")]
    [TestCase("①②⑦.⓪.⓪.①")]
    [TestCase("169.254.169.254")]
    public async Task a_private_address_in_any_notation_is_never_connected_to(string host)
    {
        var reached = false;
        await using var peer = await Peer.Start(context =>
        {
            reached = true;
            return context.Response.WriteAsync("inside");
        });
        using var http = new OutboundHttp(new AddressPolicy([]), NullLogger<OutboundHttp>.Instance);
        foreach (var fresh in new[] { false, true })
            (await Failure(http, Peer.Get(peer.At("/", host)) with { FreshConnection = fresh })).Reason.Should().Be(OutboundReason.AddressPolicy);
        reached.Should().BeFalse();
    }

    [Test]
    public async Task the_message_names_the_address_and_the_setting()
    {
        using var http = new OutboundHttp(new AddressPolicy([]), NullLogger<OutboundHttp>.Instance,
            Peer.Names(("jira.corp", ["10.1.2.3"])));
        (await Failure(http, Peer.Get(new("http://127.0.0.1/?q=s3cr3t")))).Message
            .Should().Be("127.0.0.1 is a loopback address. Allow its network with Hub__Egress__AllowedNetworks.");
        (await Failure(http, Peer.Get(new("http://jira.corp/?q=s3cr3t")))).Message
            .Should().Be("jira.corp leads to a refused address: 10.1.2.3 is a private address. Allow its network with Hub__Egress__AllowedNetworks.");
    }

    [Test]
    public async Task decimal_and_mapped_forms_reach_an_allowed_network()
    {
        await using var peer = await Peer.Start(context => context.Response.WriteAsync("inside"));
        using var http = Peer.Client();
        foreach (var host in new[] { "127.0.0.1", "localhost", "2130706433", "0x7f.1" })
            (await http.Send(Peer.Get(peer.At("/", host)), default)).Text.Should().Be("inside");
    }

    [Test]
    public async Task a_name_is_looked_up_once_and_only_what_was_judged_is_connected_to()
    {
        var asked = 0;
        await using var peer = await Peer.Start(context => context.Response.WriteAsync("inside"));
        using var http = Peer.Client(new OutboundWiring
        {
            // A name server that answers with an allowed address first and with a refused one ever after.
            Resolve = (_, _) => Task.FromResult(new[] { ++asked == 1 ? IPAddress.Parse("127.0.0.7") : IPAddress.Loopback }),
        }, "127.0.0.7/32");
        var first = await Failure(http, Peer.Get(peer.At("/", "rebind.example")));
        first.Reason.Should().Be(OutboundReason.Connect);
        asked.Should().Be(1);
        (await Failure(http, Peer.Get(peer.At("/", "rebind.example")))).Reason.Should().Be(OutboundReason.AddressPolicy);
        asked.Should().Be(2);
    }

    [Test]
    public async Task refused_addresses_of_a_name_are_left_out_and_dead_ones_passed_over()
    {
        await using var peer = await Peer.Start(context => context.Response.WriteAsync(context.Connection.LocalIpAddress!.ToString()));
        using var http = Peer.Client(Peer.Names(("mixed.example", ["10.0.0.1", "::1", "127.0.0.2", "127.0.0.1"])));
        (await http.Send(Peer.Get(peer.At("/", "mixed.example")), default)).Text.Should().Be("127.0.0.1");
    }

    [Test]
    public async Task an_unknown_name_and_a_closed_port_say_so()
    {
        using var http = Peer.Client(Peer.Names(("dead.example", ["127.0.0.1"])));
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)closed.LocalEndPoint!).Port;
        var unknown = await Failure(http, Peer.Get(new("https://nowhere.example/s?q=1")));
        (unknown.Reason, unknown.Message).Should().Be((OutboundReason.Dns,
            "The name nowhere.example has no address. Check the spelling of the URL, or the name servers of this machine."));
        var refused = await Failure(http, Peer.Get(new($"http://dead.example:{port}/s?q=1")));
        (refused.Reason, refused.Message).Should().Be((OutboundReason.Connect,
            $"dead.example accepts no connection on port {port} (ConnectionRefused)."));
    }

    [Test]
    public async Task a_name_too_long_for_dns_is_a_dns_failure()
    {
        using var http = Peer.Client();
        var name = string.Join('.', Enumerable.Repeat(new string('a', 60), 5));
        (await Failure(http, Peer.Get(new($"http://{name}/")))).Reason.Should().Be(OutboundReason.Dns);
    }

    [Test]
    public async Task a_redirect_to_a_refused_address_is_not_followed()
    {
        var reached = false;
        await using var inside = await Peer.Start(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        });
        foreach (var target in new[] { "http://127.0.0.1", "http://localhost", "http://2130706433", "http://[::ffff:127.0.0.1]", "//127.0.0.1" })
        {
            await using var outside = await Peer.Start(context =>
            {
                context.Response.Redirect($"{target}:{inside.Port}/latest/meta-data");
                return Task.CompletedTask;
            });
            using var http = Peer.Client(Peer.Names(("outside.example", ["127.0.0.3"]), ("localhost", ["127.0.0.1"])), "127.0.0.3/32");
            using var relay = new Relay(IPAddress.Parse("127.0.0.3"), outside.Port);
            var failure = await Failure(http, Peer.Get(new($"http://outside.example:{relay.Port}/")) with { MaxRedirects = 3 });
            failure.Reason.Should().Be(OutboundReason.AddressPolicy, target);
        }

        reached.Should().BeFalse();
    }
}
