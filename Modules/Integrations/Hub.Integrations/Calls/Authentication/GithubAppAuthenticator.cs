using System.Text.Json.Nodes;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// A GitHub App as itself: a JWT that ends within ten minutes and was made a minute ago, in case the clocks differ.
/// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
/// </summary>
internal sealed class GithubAppAuthenticator : IAuthenticator
{
    public string Kind => "jwt_github_app";

    public Task Authenticate(CallDraft draft, AuthMethod method, CallContext context, CancellationToken ct)
    {
        using var key = PrivateKeys.Read(context.Required(method, "private_key"));
        var now = context.Time.GetUtcNow().ToUnixTimeSeconds();
        var jwt = Jwt.Signed(key, new JsonObject { ["iat"] = now - 60, ["exp"] = now + (9 * 60), ["iss"] = context.Required(method, "issuer") });
        context.Hide(jwt);
        draft.Headers["Authorization"] = $"Bearer {jwt}";
        return Task.CompletedTask;
    }
}
