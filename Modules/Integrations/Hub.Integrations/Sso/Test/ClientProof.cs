using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.Integrations.Sessions;
using Hub.Integrations.Sso.Oidc;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Sso.Test;

/// <summary>
/// Shows a token endpoint a code that nobody gave out. Who the client is comes first: <c>invalid_grant</c> means that its secret was accepted,
/// <c>invalid_client</c> that it was not (RFC 6749, section 5.2).
/// </summary>
internal sealed class ClientProof
{
    /// <returns>What came out, for people.</returns>
    public async Task<string> Ask(SsoSettings settings, Uri tokenEndpoint, TestProbe probe, bool fresh, CancellationToken ct)
    {
        var request = CodeExchange.Request(
            settings, tokenEndpoint, $"test-{SessionToken.New()}", SessionToken.New(), "https://hub.invalid/auth/sso/callback");
        var response = fresh ? await probe.Connect("auth", request, ct) : await probe.Call("auth", request, ct);
        var took = response.Elapsed.TotalMilliseconds;
        var error = ProviderWords.JsonObject(response).Text("error");
        switch (error)
        {
            case "invalid_grant" or "bad_verification_code":
                probe.Passed("auth", "The client is accepted", took);
                return "The client and its secret are accepted.";
            case "invalid_client" or "unauthorized_client" or "incorrect_client_credentials":
                throw probe.Failed(
                    "auth", FailureReason.Auth, $"The provider does not accept the client ID and secret.{ProviderWords.Complaint(response)}", took);
            case null:
                throw probe.Failed("auth", ReasonOf(response), $"The token endpoint does not answer like one (HTTP {response.Status}).", took);
            default:
                probe.Passed("auth", $"The token endpoint answered {error}: whether the secret is right shows at the first sign-in", took);
                return $"The token endpoint answered {error}, which does not tell whether the secret is right.";
        }
    }

    private static string ReasonOf(OutboundResponse response) => response.Status switch
    {
        401 => FailureReason.Auth,
        404 => FailureReason.NotFound,
        429 => FailureReason.RateLimited,
        _ => FailureReason.ProviderError,
    };
}
