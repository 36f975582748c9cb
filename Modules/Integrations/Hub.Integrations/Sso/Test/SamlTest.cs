using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.Integrations.Sso.Saml;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Sso.Test;

/// <summary>Looks at the certificates, and compares with the provider's metadata where its address is set.</summary>
internal sealed class SamlTest(TimeProvider time)
{
    public async Task<Finding> Run(SsoSettings settings, TestProbe probe, CancellationToken ct)
    {
        var entityId = settings.Required("entity_id");
        var service = settings.Address("sso_url");
        var certificates = SamlCertificates.Read(settings.Text("x509_certificate"));
        // While the provider changes its key there are two: the later one carries on.
        var ends = certificates.Max(certificate => new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        var day = ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (ends <= time.GetUtcNow())
            throw probe.Failed("config", FailureReason.Auth, $"The signing certificate expired on {day}. Set the provider's current one in x509_certificate.");
        probe.Passed("config", $"SAML with {entityId}; the signing certificate is valid until {day}");
        var latency = settings.Text("metadata_url") is null ? null : (double?)await Compare(settings, entityId, certificates, probe, ct);
        return new Finding(
            $"People sign in at {service.Host}. The signing certificate is valid until {day}.", entityId, latency,
            new JsonObject { ["credential_expires_at"] = ends.ToString("O", CultureInfo.InvariantCulture) });
    }

    private static async Task<double> Compare(
        SsoSettings settings, string entityId, IReadOnlyList<X509Certificate2> certificates, TestProbe probe, CancellationToken ct)
    {
        var response = await probe.Connect("sample_read", new OutboundRequest
        {
            Method = HttpMethod.Get,
            Url = settings.Address("metadata_url"),
            Headers = new Dictionary<string, string> { ["Accept"] = "application/samlmetadata+xml, */*" },
        }, ct);
        var took = response.Elapsed.TotalMilliseconds;
        if (response.Status is not 200)
            throw probe.Failed(
                "sample_read", response.Status is 404 ? FailureReason.NotFound : FailureReason.ProviderError,
                $"The metadata cannot be read (HTTP {response.Status}).", took);
        var metadata = IdpMetadata.Read(response.Body, entityId);
        if (!metadata.SignInAddresses.Contains(settings.Required("sso_url"), StringComparer.Ordinal))
            throw probe.Failed("sample_read", FailureReason.Config, "The metadata names another sign-in address than sso_url.", took);
        if (!metadata.Certificates.Any(theirs => certificates.Any(ours => ours.RawDataMemory.Span.SequenceEqual(theirs.RawDataMemory.Span))))
            throw probe.Failed(
                "sample_read", FailureReason.Auth,
                "The provider signs with another certificate than x509_certificate. Compare with its administrator, then set the new one.", took);
        probe.Passed("sample_read", "The metadata agrees with what is set", took);
        return took;
    }
}
