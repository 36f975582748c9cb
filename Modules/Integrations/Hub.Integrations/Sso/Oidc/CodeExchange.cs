using System.Net;
using System.Text;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>What a code was exchanged for.</summary>
internal sealed record CodeTokens(string? AccessToken, string? IdToken)
{
    public override string ToString() => nameof(CodeTokens);
}

/// <summary>Turns an authorization code into tokens (RFC 6749, section 4.1.3; RFC 7636).</summary>
internal sealed class CodeExchange(ProviderCall calls)
{
    /// <exception cref="SsoRefusal">The provider did not do it.</exception>
    public async Task<CodeTokens> Run(SsoSettings settings, Uri tokenEndpoint, string code, string verifier, string redirectUri, CancellationToken ct)
    {
        var (status, body) = await calls.Send(
            Request(settings, tokenEndpoint, code, verifier, redirectUri), "The token endpoint", ct);
        // GitHub reports errors with 200.
        if (body.Text("error") is { } error)
            throw Refused(error, body.Text("error_description"));
        if (status is not 200 || body is null)
            throw new SsoRefusal(SsoProblem.Unavailable, $"The token endpoint answered HTTP {status} without saying why.", FailureReason.ProviderError);
        return new CodeTokens(body.Text("access_token"), body.Text("id_token"));
    }

    /// <param name="settings">Client and how it proves itself.</param>
    /// <param name="tokenEndpoint">Where to.</param>
    /// <param name="code">The code.</param>
    /// <param name="verifier">Of PKCE.</param>
    /// <param name="redirectUri">As in the request that brought the code.</param>
    public static OutboundRequest Request(SsoSettings settings, Uri tokenEndpoint, string code, string verifier, string redirectUri)
    {
        var client = settings.Required("client_id");
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier,
        };
        var headers = new Dictionary<string, string> { ["Accept"] = "application/json" };
        if (settings.ClientSecret is { } secret && settings.Text("token_auth_method") is not "client_secret_post")
        {
            var pair = $"{WebUtility.UrlEncode(client)}:{WebUtility.UrlEncode(secret)}";
            headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";
        }
        else
        {
            form["client_id"] = client;
            if (settings.ClientSecret is { } posted)
                form["client_secret"] = posted;
        }

        return new OutboundRequest
        {
            Method = HttpMethod.Post,
            Url = tokenEndpoint,
            Headers = headers,
            Body = Encoding.ASCII.GetBytes(string.Join('&', form.Select(pair => $"{pair.Key}={WebUtility.UrlEncode(pair.Value)}"))),
            ContentType = "application/x-www-form-urlencoded",
            Secrets = [.. settings.Secrets, code, verifier],
        };
    }

    private static SsoRefusal Refused(string error, string? description)
    {
        var words = $"The token endpoint refused with {error}{(description is null ? "" : $": {description}")}.";
        return error is "invalid_client" or "unauthorized_client" or "incorrect_client_credentials"
            ? new SsoRefusal(SsoProblem.Misconfigured, words, FailureReason.Auth)
            : new SsoRefusal(SsoProblem.Refused, words);
    }
}
