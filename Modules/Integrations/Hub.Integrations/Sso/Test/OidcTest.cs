using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.Integrations.Sso.Oidc;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Sso.Test;

/// <summary>Reads the discovery document and the signing keys, and has the token endpoint judge the client's secret.</summary>
internal sealed class OidcTest(ClientProof proof)
{
    public async Task<Finding> Run(SsoSettings settings, TestProbe probe, CancellationToken ct)
    {
        var issuer = settings.Required("issuer");
        var address = OidcDiscovery.AddressOf(issuer);
        probe.Passed("config", $"OpenID Connect with {issuer}");
        var response = await probe.Connect("sample_read", Get(address), ct);
        if (response.Status is not 200 || ProviderWords.JsonObject(response) is not { } document)
            throw probe.Failed(
                "sample_read", response.Status is 404 ? FailureReason.NotFound : FailureReason.ProviderError,
                $"There is no discovery document at {address.GetLeftPart(UriPartial.Path)} (HTTP {response.Status}). Is the issuer right?",
                response.Elapsed.TotalMilliseconds);
        var provider = OidcDiscovery.Read(document, issuer);
        var keys = await probe.Call("sample_read", Get(provider.JwksUri), ct);
        var known = keys.Status is 200 && ProviderWords.JsonObject(keys) is { } set ? JsonWebKeys.Read(set).Count : 0;
        if (known == 0)
            throw probe.Failed(
                "sample_read", FailureReason.ProviderError, $"The provider publishes no signing keys (HTTP {keys.Status}).", keys.Elapsed.TotalMilliseconds);
        probe.Passed("sample_read", $"The discovery document is of this issuer; {known} signing keys", keys.Elapsed.TotalMilliseconds);
        var told = settings.ClientSecret is null
            ? "It is used without a client secret."
            : await proof.Ask(settings, provider.TokenEndpoint, probe, fresh: false, ct);
        return new Finding($"People sign in at {provider.AuthorizationEndpoint.Host}. {told}", issuer, response.Elapsed.TotalMilliseconds, null);
    }

    private static OutboundRequest Get(Uri address) => new()
    {
        Method = HttpMethod.Get, Url = address, Headers = new Dictionary<string, string> { ["Accept"] = "application/json" },
    };
}
