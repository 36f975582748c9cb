using System.Text.Json;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>What a provider says about itself (OpenID Connect Discovery 1.0, section 3).</summary>
/// <param name="Issuer">Exactly as configured.</param>
/// <param name="AuthorizationEndpoint">Where people sign in.</param>
/// <param name="TokenEndpoint">Where the code becomes tokens.</param>
/// <param name="UserInfoEndpoint">Where the access token tells more; null when there is none.</param>
/// <param name="JwksUri">Its signing keys.</param>
/// <param name="NamesIssuer">Whether its answers name the issuer (RFC 9207).</param>
internal sealed record OidcDiscovery(
    string Issuer, Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri? UserInfoEndpoint, Uri JwksUri, bool NamesIssuer)
{
    public static Uri AddressOf(string issuer) => SafeAddress.Of($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", "issuer");

    /// <exception cref="SsoRefusal">It is another issuer's, incomplete, or names addresses that are not safe.</exception>
    public static OidcDiscovery Read(JsonElement document, string issuer)
    {
        var said = document.TextOf("issuer");
        if (said != issuer)
            throw SsoRefusal.Misconfigured(
                $"The discovery document is of the issuer {said ?? "(none)"}, not of {issuer}: they must be the same to the letter.");
        return new OidcDiscovery(
            issuer, Address(document, "authorization_endpoint"), Address(document, "token_endpoint"),
            document.TextOf("userinfo_endpoint") is null ? null : Address(document, "userinfo_endpoint"), Address(document, "jwks_uri"),
            document.TryGetProperty("authorization_response_iss_parameter_supported", out var named) && named.ValueKind is JsonValueKind.True);
    }

    private static Uri Address(JsonElement document, string member) => SafeAddress.Of(
        document.TextOf(member) ?? throw SsoRefusal.Misconfigured($"The discovery document has no {member}."), $"{member} of the discovery document");
}
