using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FluentAssertions;
using Hub.Integrations.Health;
using Hub.Integrations.Health.Expiry;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class ExpiryTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly HealthState Healthy = new(HealthStatus.Healthy, null, null, Now.AddDays(-9), 0);

    internal static string Jwt(string payload, string header = """{"alg":"HS256","typ":"JWT"}""") =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.c2lnbmF0dXJl";

    internal static string Certificate(DateTimeOffset notAfter)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=hub.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(notAfter.AddDays(-100), notAfter);
        return certificate.ExportCertificatePem();
    }

    [Test]
    public void A_jwt_tells_when_it_ends()
    {
        ExpiryFinder.Of("api_key", Jwt("""{"sub":"hub","exp":1772400000}""")).Should().Be(
            new CredentialExpiry(DateTimeOffset.FromUnixTimeSeconds(1772400000), "token", "api_key"));
        ExpiryFinder.Of("api_key", "\n" + Jwt("""{"exp":1772400000.75}""") + "\n")!.At.Should().Be(DateTimeOffset.FromUnixTimeSeconds(1772400000));
    }

    [Test]
    public void A_certificate_tells_when_it_ends_and_a_chain_tells_of_its_first_one()
    {
        var ends = new DateTimeOffset(2026, 4, 1, 8, 30, 0, TimeSpan.Zero);
        ExpiryFinder.Of("client_certificate", Certificate(ends)).Should().Be(new CredentialExpiry(ends, "certificate", "client_certificate"));
        ExpiryFinder.Of("chain", "Bag Attributes\n" + Certificate(ends) + "\n" + Certificate(ends.AddDays(-30)))!.At.Should().Be(ends);
    }

    [TestCase("ghp_0123456789012345678901234567890123456789")]
    [TestCase("a.b.c")]
    [TestCase("..")]
    [TestCase("xoxb-1.2.3")]
    [TestCase("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----")]
    [TestCase("-----BEGIN CERTIFICATE-----")]
    [TestCase("")]
    public void What_does_not_tell_is_not_guessed_at(string secret) => ExpiryFinder.Of("token", secret).Should().BeNull();

    [TestCase("""{"exp":"1772400000"}""")]
    [TestCase("""{"exp":-1}""")]
    [TestCase("""{"exp":1e300}""")]
    [TestCase("""{"exp":null}""")]
    [TestCase("""["exp"]""")]
    [TestCase("""{"iat":1}""")]
    public void A_token_with_a_strange_end_has_none(string payload) => ExpiryFinder.Of("token", Jwt(payload)).Should().BeNull();

    [TestCase(31, null)]
    [TestCase(30, 30)]
    [TestCase(8, 30)]
    [TestCase(7, 7)]
    [TestCase(1.5, 7)]
    [TestCase(1, 1)]
    [TestCase(0.01, 1)]
    [TestCase(0, 0)]
    [TestCase(-400, 0)]
    public void The_thresholds_are_30_7_and_1_days(double days, int? threshold) => ExpiryWarning.Threshold(Now.AddDays(days), Now).Should().Be(threshold);

    [Test]
    public void What_works_but_ends_soon_is_a_warning_that_names_the_days()
    {
        var ends = new CredentialExpiry(Now.AddDays(6.5), CredentialExpiry.Token, "api_key");
        ExpiryWarning.Over(Healthy, ends, Now).Should().BeEquivalentTo(new
        {
            Status = "warning", Reason = "auth", Message = "The credential expires in 6 days, on 2026-03-08, as the token in api_key says. Renew it.", Since = Now,
        });
        ExpiryWarning.Over(Healthy, ends with { At = Now.AddDays(40) }, Now).Should().Be(Healthy);
        ExpiryWarning.Over(Healthy, null, Now).Should().Be(Healthy);
    }

    [Test]
    public void A_date_that_has_passed_is_no_error_while_calls_work_and_explains_it_when_they_fail()
    {
        var ended = new CredentialExpiry(Now.AddDays(-2), CredentialExpiry.Entered);
        ExpiryWarning.Over(Healthy, ended, Now).Should().Match<HealthState>(state => state.Status == "warning" && state.Message!.StartsWith("The credential expired on 2026-02-27, as was entered by hand"));
        var refused = ExpiryWarning.Over(Healthy with { Status = "error", Reason = "auth", Message = "Refused." }, ended, Now);
        (refused.Status, refused.Message).Should().Be(("error", "Refused. The credential expired on 2026-02-27, as was entered by hand."));
        ExpiryWarning.Over(refused, ended, Now).Should().Be(refused, "it is said once");
        var slow = Healthy with { Status = "error", Reason = "timeout", Message = "Slow." };
        ExpiryWarning.Over(slow, ended, Now).Should().Be(slow, "what fails for another reason keeps that reason");
    }

    [Test]
    public void No_observation_looks_like_such_a_warning()
    {
        foreach (var status in new[] { HealthStatus.Healthy, HealthStatus.Warning, HealthStatus.Error, HealthStatus.Unknown })
            foreach (var seen in new[] { "auth", "timeout", "rate_limited", "config", "ok" })
                ExpiryWarning.Is(HealthFold.Next(Healthy with { Status = status }, new Observation(Now, seen is "ok", seen is "ok" ? null : seen, null))).Should().BeFalse();
    }

    [Test]
    public void The_earliest_known_date_counts()
    {
        var (soon, later) = (new CredentialExpiry(Now.AddDays(1), CredentialExpiry.Provider), new CredentialExpiry(Now.AddDays(2), CredentialExpiry.Entered));
        CredentialExpiry.Earliest(later, null, soon).Should().Be(soon);
        CredentialExpiry.Earliest(null, null).Should().BeNull();
    }
}
