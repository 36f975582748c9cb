using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FluentAssertions;
using Hub.Schemas.Contracts;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class TlsTests
{
    private const string Auth = """{"methods":[{"kind":"bearer","token":"{token}"}],"tls":{"verify_field":"verify","ca_field":"ca"}}""";
    private const string Me = """{"method":"GET","url":"{server}/me","expect":{"status":[200]},"identity":"{$.name}"}""";

    private static X509Certificate2 Certificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static Task<FakeProvider> Provider(X509Certificate2 certificate) => FakeProvider.Start(_ => (200, """{"name":"ada"}"""), certificate);

    private static Sample Cluster(FakeProvider provider, string auth = Auth) => new Sample(auth, Me).With("server", provider.Url, FieldType.Url).Secret("token", "t0ken-of-this-test");

    [Test]
    public async Task An_unknown_certificate_is_refused_before_the_credential_is_sent()
    {
        using var certificate = Certificate("cluster");
        await using var provider = await Provider(certificate);
        var result = (await Cluster(provider).With("verify", "true", FieldType.Boolean).Without("ca").Test(provider.Direct)).Result;
        (result.Reason, result.Steps[^1].Name).Should().Be(("tls", "tls"));
        result.Message.Should().Contain("SSL_CERT_FILE");
        provider.Requests.Should().BeEmpty();
    }

    [TestCase("\n")]
    [TestCase("\\n")]
    public async Task The_own_authority_of_a_configuration_is_trusted(string lineBreak)
    {
        using var certificate = Certificate("cluster");
        await using var provider = await Provider(certificate);
        var result = (await Cluster(provider).With("ca", certificate.ExportCertificatePem().Replace("\n", lineBreak), FieldType.Multiline).Without("verify").Test(provider.Direct)).Result;
        (result.Success, result.Identity).Should().Be((true, "ada"), result.Message);
        result.Steps.Select(step => step.Name).Should().Equal("config", "dns", "address_policy", "connect", "tls", "auth");
    }

    [Test]
    public async Task Another_authority_is_not()
    {
        using var certificate = Certificate("cluster");
        using var other = Certificate("other");
        await using var provider = await Provider(certificate);
        var result = (await Cluster(provider).With("ca", other.ExportCertificatePem(), FieldType.Multiline).Without("verify").Test(provider.Direct)).Result;
        (result.Reason, result.Message.Contains("authorities given for this connection", StringComparison.Ordinal)).Should().Be(("tls", true));
    }

    [Test]
    public async Task Checking_can_be_switched_off_where_the_type_has_a_field_for_it()
    {
        using var certificate = Certificate("cluster");
        await using var provider = await Provider(certificate);
        var switchedOff = (Sample sample) => sample.With("verify", "false", FieldType.Boolean).Without("ca").Test(provider.Direct);
        (await switchedOff(Cluster(provider))).Result.Identity.Should().Be("ada");
        (await switchedOff(Cluster(provider, Auth.Replace("\"verify_field\":\"verify\",", "")))).Result.Reason.Should().Be("tls", "a field named so means nothing to a type that does not say so");
    }

    [Test]
    public async Task What_one_connection_trusts_no_other_does()
    {
        using var certificate = Certificate("cluster");
        await using var provider = await Provider(certificate);
        (await Cluster(provider).With("verify", "false", FieldType.Boolean).Without("ca").Test(provider.Direct)).Result.Success.Should().BeTrue();
        (await Cluster(provider).Without("verify").Without("ca").Test(provider.Direct)).Result.Reason.Should().Be("tls");
    }

    [TestCase("not a certificate")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task An_authority_that_cannot_be_read_is_a_mistake_in_the_configuration(string pem)
    {
        using var certificate = Certificate("cluster");
        await using var provider = await Provider(certificate);
        var result = (await Cluster(provider).With("ca", pem, FieldType.Multiline).Without("verify").Test(provider.Direct)).Result;
        (result.Reason, result.Message.StartsWith("ca: holds no certificate", StringComparison.Ordinal)).Should().Be(("config", true));
    }
}
