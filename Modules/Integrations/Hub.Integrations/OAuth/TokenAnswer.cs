using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.Integrations.Health;

namespace Hub.Integrations.OAuth;

/// <summary>What a token endpoint said (RFC 6749, 5.1 and 5.2), as far as it can be trusted to have said it.</summary>
internal abstract record TokenAnswer
{
    private const string GrantIsVoid = "invalid_grant";
    private static readonly string[] OwnMembers = ["access_token", "refresh_token", "id_token"];

    /// <param name="AccessToken">To call with.</param>
    /// <param name="RefreshToken">The next one to refresh with; null: the one before stays good.</param>
    /// <param name="ExpiresAt">When the access token ends; null when nobody said.</param>
    /// <param name="Scopes">What was granted; null: what was asked for.</param>
    /// <param name="Rest">What else came along, such as an account's own address.</param>
    public sealed record Tokens(string AccessToken, string? RefreshToken, DateTimeOffset? ExpiresAt, IReadOnlyList<string>? Scopes, JsonObject Rest)
        : TokenAnswer
    {
        public override string ToString() => nameof(Tokens);
    }

    /// <summary>The provider understood and refused.</summary>
    /// <param name="Error">Its code.</param>
    /// <param name="Description">Its words, not redacted.</param>
    /// <param name="GrantIsOver">It says that the code or refresh token is void: no repetition cures that.</param>
    public sealed record Refused(string Error, string? Description, bool GrantIsOver) : TokenAnswer;

    /// <summary>No answer that tells whether it was carried out: trouble on the way, or with the provider.</summary>
    /// <param name="Reason">A <see cref="FailureReason"/>.</param>
    /// <param name="Message">For people.</param>
    /// <param name="RetryAfter">When the provider wants to be asked again.</param>
    public sealed record Unclear(string Reason, string Message, TimeSpan? RetryAfter = null) : TokenAnswer
    {
        /// <summary>The provider may have done what was asked without the hub hearing of it.</summary>
        public bool InDoubt { get; init; } = Reason is FailureReason.Network or FailureReason.Timeout or FailureReason.ProviderError;
    }

    /// <param name="answer">The endpoint's answer.</param>
    /// <param name="host">Who answered, for messages.</param>
    /// <param name="asked">When it was asked: lifetimes count from then.</param>
    public static TokenAnswer Of(Answer answer, string host, DateTimeOffset asked)
    {
        if (answer.Status == 429)
            return new Unclear(FailureReason.RateLimited, $"{host} allows no more token requests at the moment (429).", PauseWanted(answer, asked));
        if (answer.Status >= 500)
            return new Unclear(FailureReason.ProviderError, $"{host} failed with {answer.Status} when asked for a token.", PauseWanted(answer, asked));
        if (answer.Body is not { ValueKind: JsonValueKind.Object } body)
            return new Unclear(
                FailureReason.ProviderError,
                $"{host} answered {answer.Status} with {(answer.IsPage ? "a web page" : "something else than JSON")} when asked for a token.");
        if (Text(body, "error") is { } error)
            return new Refused(error, Text(body, "error_description"), error == GrantIsVoid && answer.Status is 400 or 401 or 403);
        if (!answer.Response.IsSuccess || Text(body, "access_token") is not { } token)
            return new Unclear(FailureReason.ProviderError, $"{host} answered {answer.Status} without an access token.");
        return Text(body, "token_type") is { } type && !type.Equals("bearer", StringComparison.OrdinalIgnoreCase)
            ? new Unclear(FailureReason.ProviderError, $"{host} gave a token of another type than bearer, which the hub cannot use.")
            : new Tokens(token, Text(body, "refresh_token"), Expiry(body, asked), ScopesIn(body), RestOf(body));
    }

    private static string? Text(JsonElement body, string member) =>
        body.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    // Zero and less would be over before it began; who sends that means that it does not end.
    private static DateTimeOffset? Expiry(JsonElement body, DateTimeOffset asked) =>
        body.TryGetProperty("expires_in", out var lifetime) && Times.In(lifetime, asked) is { } end && end > asked ? end : null;

    private static string[]? ScopesIn(JsonElement body) =>
        Text(body, "scope")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static JsonObject RestOf(JsonElement body) =>
        new(body.EnumerateObject().Where(member => !OwnMembers.Contains(member.Name)).DistinctBy(member => member.Name)
            .Select(member => KeyValuePair.Create(member.Name, JsonNode.Parse(member.Value.GetRawText()))));

    private static TimeSpan? PauseWanted(Answer answer, DateTimeOffset now) =>
        answer.Response.Header("Retry-After") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
        : Times.FromText(text) is { } at && at > now ? at - now : null;
}
