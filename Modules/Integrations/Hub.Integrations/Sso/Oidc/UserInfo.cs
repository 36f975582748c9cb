using System.Text.Json;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>What a provider tells about the owner of an access token (OpenID Connect Core 1.0, section 5.3; or any JSON object, with OAuth 2.0).</summary>
internal sealed class UserInfo(ProviderCall calls)
{
    /// <exception cref="SsoRefusal">It tells nothing.</exception>
    public async Task<JsonElement> Of(Uri endpoint, string accessToken, CancellationToken ct)
    {
        var (status, body) = await calls.Send(new OutboundRequest
        {
            Method = HttpMethod.Get,
            Url = endpoint,
            Headers = new Dictionary<string, string>
            {
                ["Accept"] = "application/json", ["Authorization"] = $"Bearer {accessToken}", ["User-Agent"] = "integration-hub",
            },
            Secrets = [accessToken],
        }, "The profile endpoint", ct);
        return status is 200 && body is { } profile
            ? profile
            : throw new SsoRefusal(SsoProblem.Refused, $"The profile endpoint answered HTTP {status}{(status is 200 ? " without a JSON object" : "")}.");
    }
}
