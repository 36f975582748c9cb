using System.Net;
using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class AllowedNetworksTests
{
    private const string Key = "Hub:Egress:AllowedNetworks";

    [Test]
    public void one_list_with_commas_and_indexed_entries_both_work()
    {
        Policy((Key, "127.0.0.0/8, 10.0.0.0/8")).Allows(IPAddress.Parse("10.1.1.1")).Should().BeTrue();
        var indexed = Policy((Key + ":0", "127.0.0.0/8"), (Key + ":1", "192.168.7.0/24,fd00:1::/32"));
        foreach (var open in new[] { "127.0.0.1", "192.168.7.9", "fd00:1::2" })
            indexed.Allows(IPAddress.Parse(open)).Should().BeTrue(open);
        indexed.Allows(IPAddress.Parse("192.168.8.1")).Should().BeFalse();
    }

    [Test]
    public void nothing_is_open_without_a_setting()
    {
        Policy().Allows(IPAddress.Loopback).Should().BeFalse();
        Policy((Key, " ")).Allows(IPAddress.Loopback).Should().BeFalse();
    }

    [Test]
    public async Task the_host_does_not_start_with_an_unreadable_network()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new(Key, "10.0.0.0/8,10.0.0.300/8")]);
        builder.Services.AddOutboundHttp(builder.Configuration);
        using var host = builder.Build();
        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<OptionsValidationException>())
            .Which.Message.Should().Contain("'10.0.0.300/8' is not a network").And.Contain("Hub__Egress__AllowedNetworks");
    }

    [Test]
    public async Task the_client_that_the_container_makes_follows_the_setting()
    {
        await using var peer = await Peer.Start(_ => Task.CompletedTask);
        await using var open = Services((Key, "127.0.0.0/8"));
        (await open.GetRequiredService<OutboundHttp>().Send(Peer.Get(peer.At("/")), default)).Status.Should().Be(200);
        await using var shut = Services();
        await OutboundHttpTests.Failure(shut.GetRequiredService<OutboundHttp>(), Peer.Get(peer.At("/")));
    }

    private static AddressPolicy Policy(params (string Key, string Value)[] settings) => Services(settings).GetRequiredService<AddressPolicy>();

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        return new ServiceCollection().AddLogging().AddOutboundHttp(configuration).BuildServiceProvider();
    }
}
