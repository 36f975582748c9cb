using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Sso.Test;

/// <summary>
/// What can be known of a sign-in without a person: that the provider is there and is the one that is set, that it takes the client's secret, and that
/// certificates hold.
/// </summary>
internal sealed class SsoConnectionTest(OidcTest oidc, OAuth2Test oauth2, SamlTest saml) : IConnectionTest
{
    public string Type => SsoSettings.Type;

    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        var settings = new SsoSettings(subject);
        try
        {
            return settings.Protocol switch
            {
                "saml" => await saml.Run(settings, probe, ct),
                "oauth2" => await oauth2.Run(settings, probe, ct),
                _ => await oidc.Run(settings, probe, ct),
            };
        }
        catch (SsoRefusal refusal)
        {
            throw probe.Failed(probe.Called ? "sample_read" : "config", refusal.Health ?? FailureReason.ProviderError, refusal.Message);
        }
    }
}
