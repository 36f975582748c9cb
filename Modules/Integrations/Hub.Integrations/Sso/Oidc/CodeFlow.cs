using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Integrations.Sessions;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>What the provider sent the browser back with.</summary>
internal sealed record CodeAnswer(string? State, string? Code, string? Error, string? ErrorDescription, string? Issuer)
{
    public override string ToString() => nameof(CodeAnswer);
}

/// <summary>The authorization code flow with PKCE, of OpenID Connect and of plain OAuth 2.0: the way out, and who it was on the way back.</summary>
internal sealed class CodeFlow(OidcProviders providers, CodeExchange exchange, UserInfo userInfo, TimeProvider time)
{
    /// <returns>Where the browser goes to sign in.</returns>
    public async Task<string> Start(SsoSettings settings, string state, string browser, string redirectUri, CancellationToken ct)
    {
        var oidc = settings.Protocol is "oidc";
        var endpoint = oidc
            ? (await providers.Of(settings.Required("issuer"), ct)).AuthorizationEndpoint
            : settings.Address("authorize_url");
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(SsoAttempts.Verifier(browser, state))));
        return endpoint.With(
            ("response_type", "code"), ("client_id", settings.Required("client_id")), ("redirect_uri", redirectUri),
            ("scope", oidc ? WithOpenId(settings.Scopes) : settings.Scopes), ("state", state),
            ("code_challenge", challenge), ("code_challenge_method", "S256"), ("nonce", oidc ? SsoAttempts.Nonce(browser, state) : null));
    }

    /// <exception cref="SsoRefusal">Nobody may come in.</exception>
    public async Task<SsoPerson> Finish(SsoSettings settings, CodeAnswer answer, string browser, string redirectUri, CancellationToken ct)
    {
        if (answer.Error is { } error)
            throw new SsoRefusal(SsoProblem.Refused, $"The provider answered {error}{(answer.ErrorDescription is { } words ? $": {words}" : "")}.");
        if (answer.Code is not { Length: > 0 and <= 4096 } code)
            throw SsoRefusal.Invalid("The provider sent neither a code nor an error.");
        return settings.Protocol is "oidc"
            ? await FinishOidc(settings, answer, code, browser, redirectUri, ct)
            : await FinishOAuth2(settings, answer, code, browser, redirectUri, ct);
    }

    private async Task<SsoPerson> FinishOidc(SsoSettings settings, CodeAnswer answer, string code, string browser, string redirectUri, CancellationToken ct)
    {
        var provider = await providers.Of(settings.Required("issuer"), ct);
        // A code of another provider must not be shown to this one (RFC 9207).
        if (answer.Issuer is null ? provider.NamesIssuer : answer.Issuer != provider.Issuer)
            throw SsoRefusal.Invalid("The answer is of another issuer than the one that was asked.");
        var tokens = await exchange.Run(settings, provider.TokenEndpoint, code, SsoAttempts.Verifier(browser, answer.State!), redirectUri, ct);
        var token = IdToken.Read(tokens.IdToken ?? throw SsoRefusal.Invalid("The provider gave no id_token. Do the scopes contain openid?"));
        var rules = new IdTokenRules(
            provider.Issuer, settings.Required("client_id"), SsoAttempts.Nonce(browser, answer.State!), tokens.AccessToken);
        var subject = rules.Check(token, await providers.Keys(provider, token.KeyId, ct), time.GetUtcNow());
        var profile = await MoreAbout(settings, provider, token.Claims, subject, tokens.AccessToken, ct);
        var claims = Claims.Of(token.Claims, profile);
        return SsoPerson.Admit(settings, SessionMethod.Oidc, provider.Issuer, subject, claims.One(settings.Text("email_claim") ?? "email"), claims);
    }

    /// <summary>The profile, when the id_token lacks what is needed.</summary>
    private async Task<JsonElement?> MoreAbout(
        SsoSettings settings, OidcDiscovery provider, JsonElement known, string subject, string? accessToken, CancellationToken ct)
    {
        var claims = Claims.Of(known);
        var complete = new[] { "email_claim", "name_claim", "role_claim" }.All(field => settings.Text(field) is not { } claim || claims.All(claim).Count > 0);
        if (complete || provider.UserInfoEndpoint is not { } endpoint || accessToken is null)
            return null;
        var profile = await userInfo.Of(endpoint, accessToken, ct);
        return Claims.Of(profile).One("sub") == subject ? profile : throw SsoRefusal.Invalid("The profile is of somebody else than the id_token.");
    }

    private async Task<SsoPerson> FinishOAuth2(SsoSettings settings, CodeAnswer answer, string code, string browser, string redirectUri, CancellationToken ct)
    {
        var tokens = await exchange.Run(
            settings, settings.Address("token_url"), code, SsoAttempts.Verifier(browser, answer.State!), redirectUri, ct);
        var endpoint = settings.Address("userinfo_url");
        var claims = Claims.Of(await userInfo.Of(endpoint, tokens.AccessToken ?? throw SsoRefusal.Invalid("The provider gave no access token."), ct));
        var subject = claims.One(settings.Text("subject_claim") ?? "id") ?? claims.One("sub")
            ?? throw SsoRefusal.Invalid("The profile has no id of the user: set subject_claim to the member that holds it.");
        return SsoPerson.Admit(
            settings, SessionMethod.OAuth2, endpoint.GetLeftPart(UriPartial.Authority), subject, claims.One(settings.Text("email_claim") ?? "email"), claims);
    }

    private static string WithOpenId(string scopes) => scopes.Split(' ').Contains("openid") ? scopes : $"openid {scopes}";
}
