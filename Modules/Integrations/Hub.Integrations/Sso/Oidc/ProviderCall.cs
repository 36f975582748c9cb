using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.Sso.Oidc;

/// <summary>Calls to an identity provider, whose answers must be JSON objects of a sane size.</summary>
internal sealed class ProviderCall(HttpCall http)
{
    private const int MaxAnswer = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <returns>Status and object; the object is null when the body is something else.</returns>
    /// <exception cref="SsoRefusal">No answer, or one of a server in trouble.</exception>
    public async Task<(int Status, JsonElement? Body)> Send(OutboundRequest request, string what, CancellationToken ct)
    {
        OutboundResponse response;
        try
        {
            response = await http(request with { Timeout = Patience, MaxResponseBytes = MaxAnswer }, null, ct);
        }
        catch (OutboundException fault)
        {
            throw new SsoRefusal(SsoProblem.Unavailable, $"{what}: {fault.Message}", TestProbe.ReasonOf(fault.Reason));
        }

        if (response.Status is >= 500 or 429)
            throw new SsoRefusal(
                SsoProblem.Unavailable, $"{what} answered HTTP {response.Status}.",
                response.Status is 429 ? FailureReason.RateLimited : FailureReason.ProviderError);
        return (response.Status, ProviderWords.JsonObject(response));
    }

    /// <summary>A document that must be there.</summary>
    /// <exception cref="SsoRefusal">It is not.</exception>
    public async Task<JsonElement> Get(Uri address, string what, CancellationToken ct)
    {
        var (status, body) = await Send(new OutboundRequest
        {
            Method = HttpMethod.Get, Url = address, Headers = new Dictionary<string, string> { ["Accept"] = "application/json" },
        }, what, ct);
        return status is 200 && body is { } document
            ? document
            : throw new SsoRefusal(
                SsoProblem.Unavailable, $"{what} answered HTTP {status}{(status is 200 ? " without a JSON object" : "")}.",
                status is 404 ? FailureReason.NotFound : FailureReason.ProviderError);
    }
}
