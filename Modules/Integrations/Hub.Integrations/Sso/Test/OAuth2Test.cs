using Hub.Integrations.ConnectionTests;

namespace Hub.Integrations.Sso.Test;

/// <summary>Has the token endpoint judge the client's secret: more there is not to ask of plain OAuth 2.0.</summary>
internal sealed class OAuth2Test(ClientProof proof)
{
    public async Task<Finding> Run(SsoSettings settings, TestProbe probe, CancellationToken ct)
    {
        var (authorize, token) = (settings.Address("authorize_url"), settings.Address("token_url"));
        _ = settings.Address("userinfo_url");
        probe.Passed("config", $"OAuth 2.0 with {authorize.Host}");
        var told = await proof.Ask(settings, token, probe, fresh: true, ct);
        return new Finding($"People sign in at {authorize.Host}. {told}", authorize.Host, probe.Steps[^1].TookMs, null);
    }
}
