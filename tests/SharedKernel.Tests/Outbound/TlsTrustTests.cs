using FluentAssertions;
using Hub.SharedKernel.Outbound;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using static Hub.SharedKernel.Tests.Outbound.OutboundHttpTests;

namespace Hub.SharedKernel.Tests.Outbound;

public sealed class TlsTrustTests
{
    private static readonly OutboundWiring Names = Peer.Names(("secure.example", ["127.0.0.1"]), ("other.example", ["127.0.0.1"]));

    [Test]
    public async Task a_given_root_is_trusted_for_the_name_of_its_certificate_only()
    {
        var certificate = Peer.Certificate("secure.example");
        await using var peer = await Peer.Start(context => context.Response.WriteAsync("here"), certificate);
        using var http = Peer.Client(Names);
        var request = Peer.Get(peer.At("/", "secure.example", "https")) with { Trust = TlsTrust.Roots(certificate.ExportCertificatePem()) };
        (await http.Send(request, default)).Text.Should().Be("here");
        var failure = await Failure(http, request with { Url = peer.At("/", "other.example", "https") });
        (failure.Reason, failure.Message.Contains("NameMismatch")).Should().Be((OutboundReason.Tls, true));
    }

    [Test]
    public async Task a_leaf_of_a_given_authority_is_trusted_and_one_of_another_is_not()
    {
        using var authority = Peer.Certificate("Some CA", request => request.CertificateExtensions.Add(
            new System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension(true, false, 0, true)));
        using var stranger = Peer.Certificate("Other CA");
        await using var peer = await Peer.Start(context => context.Response.WriteAsync("here"), Peer.Certificate("secure.example", issuer: authority));
        using var http = Peer.Client(Names);
        var request = Peer.Get(peer.At("/", "secure.example", "https"));
        (await http.Send(request with { Trust = TlsTrust.Roots($"{stranger.ExportCertificatePem()}\n{authority.ExportCertificatePem()}") }, default)).Text.Should().Be("here");
        (await Failure(http, request with { Trust = TlsTrust.Roots(stranger.ExportCertificatePem()) })).Reason.Should().Be(OutboundReason.Tls);
    }

    [Test]
    public async Task a_given_root_stands_instead_of_those_of_the_machine()
    {
        var trusted = Peer.Certificate("secure.example");
        await using var peer = await Peer.Start(context => context.Response.WriteAsync("here"), trusted);
        using var http = Peer.Client(Names with { Roots = [trusted] });
        var request = Peer.Get(peer.At("/", "secure.example", "https"));
        (await http.Send(request, default)).Text.Should().Be("here");
        (await Failure(http, request with { Trust = TlsTrust.Roots(Peer.Certificate("Own CA").ExportCertificatePem()) })).Reason.Should().Be(OutboundReason.Tls);
    }

    [Test]
    public async Task a_connection_that_trusts_anything_serves_nobody_else()
    {
        var connections = new HashSet<string>();
        await using var peer = await Peer.Start(context =>
        {
            connections.Add(context.Connection.Id);
            return context.Response.WriteAsync("here");
        }, Peer.Certificate("elsewhere.example"));
        using var http = Peer.Client(Names);
        var request = Peer.Get(peer.At("/", "secure.example", "https"));
        for (var call = 0; call < 2; call++)
            (await http.Send(request with { Trust = TlsTrust.Anything }, default)).Text.Should().Be("here");
        connections.Should().HaveCount(2);
        (await Failure(http, request)).Reason.Should().Be(OutboundReason.Tls);
    }

    [Test]
    public async Task the_address_policy_holds_whatever_is_trusted()
    {
        using var http = Peer.Client(new OutboundWiring(), "192.0.2.0/24");
        (await Failure(http, Peer.Get(new("https://127.0.0.1:1/")) with { Trust = TlsTrust.Anything })).Reason.Should().Be(OutboundReason.AddressPolicy);
    }

    [Test]
    public async Task trust_does_not_go_along_to_another_host()
    {
        var certificate = Peer.Certificate("secure.example");
        await using var peer = await Peer.Start(context =>
        {
            if (context.Request.Path == "/")
                context.Response.Redirect("/there");
            if (context.Request.Path == "/there")
                context.Response.Redirect($"https://other.example:{context.Connection.LocalPort}/never");
            return Task.CompletedTask;
        }, certificate);
        using var http = Peer.Client(Names);
        var failure = await Failure(http, Peer.Get(peer.At("/", "secure.example", "https")) with { Trust = TlsTrust.Anything, MaxRedirects = 5 });
        (failure.Reason, failure.Message.Contains("another host")).Should().Be((OutboundReason.Redirect, true));
    }

    [TestCase("")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void text_without_certificates_is_refused_without_being_quoted(string pem) =>
        FluentActions.Invoking(() => TlsTrust.Roots(pem)).Should().Throw<FormatException>().Which.Message.Should().StartWith("holds no certificate");
}
