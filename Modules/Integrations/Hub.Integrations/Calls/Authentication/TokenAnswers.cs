using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>Reads what token endpoints answer, RFC 6749 sections 5.1 and 5.2, and what they answer instead.</summary>
internal static class TokenAnswers
{
    /// <param name="answer">Of the token endpoint.</param>
    /// <param name="now">When it came.</param>
    /// <exception cref="CallFailed">There is no token in it.</exception>
    public static AccessToken Read(Answer answer, DateTimeOffset now) =>
        answer is { IsPage: false, Response.IsSuccess: true } && Text(answer, "$.access_token") is { } token
            ? new AccessToken(token, Times.In(JsonPaths.Read(answer.Body, "$.expires_in"), now), answer.Body)
            : throw Refusal(answer);

    /// <summary>Why there is no token, for people.</summary>
    public static CallFailed Refusal(Answer answer)
    {
        var (host, error) = (answer.Response.FinalUrl.Host, Text(answer, "$.error"));
        var words = answer.IsPage ? "" : ProviderWords.Complaint(answer.Response);
        return answer switch
        {
            { Status: 429 } => new(
                FailureReason.RateLimited, $"{host} is throttling token requests (HTTP 429); nothing is known to be wrong with the credential.{words}"),
            { Status: >= 500 } => new(FailureReason.ProviderError, $"{host} failed with HTTP {answer.Status} when asked for a token.{words}"),
            { Status: >= 300 and < 400 } => new(
                FailureReason.Config, $"{host} redirects instead of giving a token: check the address that tokens come from."),
            { IsPage: true } => new(FailureReason.ProviderError,
                $"{host} answered a token request with a web page (HTTP {answer.Status}): a proxy is in the way, or the address is not the token endpoint's."),
            _ when error is not null && ReasonOf(error) is { } reason => new(reason, $"{host} gives no token: {error} (HTTP {answer.Status}).{words}"),
            { Status: 401 or 403 } => new(FailureReason.Auth, $"{host} refused the credential when asked for a token (HTTP {answer.Status}).{words}"),
            { Status: 404 } => new(FailureReason.NotFound, $"{host} gives no tokens at this address (HTTP 404): check it.{words}"),
            { Response.IsSuccess: true } => new(
                FailureReason.ProviderError, $"{host} answered a token request with HTTP {answer.Status}, but there is no token in it.{words}"),
            _ => new(FailureReason.ProviderError, $"{host} gives no token (HTTP {answer.Status}).{words}"),
        };
    }

    private static string? ReasonOf(string error) => error switch
    {
        "invalid_client" or "invalid_grant" or "unauthorized_client" or "access_denied" or "invalid_client_id" => FailureReason.Auth,
        "invalid_scope" or "invalid_request" or "unsupported_grant_type" or "invalid_target" => FailureReason.Config,
        "temporarily_unavailable" or "server_error" => FailureReason.ProviderError,
        "slow_down" => FailureReason.RateLimited,
        _ => null,
    };

    private static string? Text(Answer answer, string path) =>
        JsonPaths.Read(answer.Body, path) is { ValueKind: JsonValueKind.String } value ? JsonPaths.Text(value) : null;
}
