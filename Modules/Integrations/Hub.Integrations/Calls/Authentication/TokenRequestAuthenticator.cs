using System.Text.Json;
using Hub.Integrations.Health;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>A token from a request that the document describes, such as the one for a GitHub App's installation.</summary>
internal sealed class TokenRequestAuthenticator(TokenCache cache) : ITokenAuthenticator
{
    public string Kind => "token_request";

    public Task<AccessToken> Token(AuthMethod method, CallContext context, CancellationToken ct) =>
        cache.Get(method, context, given => Obtain(method, context, given), ct);

    private static async Task<AccessToken> Obtain(AuthMethod method, CallContext context, CancellationToken ct)
    {
        var request = method.Parameters["request"].Deserialize<CallDescription>(DocumentJson.Options)!;
        if (!context.Obtaining.Add(method))
            throw new CallFailed(FailureReason.Config, "The type's token requests authenticate each other in a circle.");
        var draft = CallDrafts.Of(request, context);
        await context.Authenticate(draft, request.Auth ?? "none", ct);
        var answer = await context.Send(draft, ct);
        context.Obtaining.Remove(method);
        var fine = request.Status is { } statuses ? answer.HasStatus(statuses) : answer.Response.IsSuccess;
        return fine && !answer.IsPage && JsonPaths.Text(JsonPaths.Read(answer.Body, method.Template("token")!)) is { } token
            ? new AccessToken(token, Ends(method, answer, context.Time.GetUtcNow()), answer.Body)
            : throw TokenAnswers.Refusal(answer);
    }

    private static DateTimeOffset? Ends(AuthMethod method, Answer answer, DateTimeOffset now) =>
        method.Template("expires_at") is { } at ? Times.Of(JsonPaths.Read(answer.Body, at))
        : method.Template("expires_in") is { } within ? Times.In(JsonPaths.Read(answer.Body, within), now)
        : null;
}
