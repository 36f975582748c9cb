using System.Text.Json.Nodes;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// A Google service account: an assertion signed with its key is exchanged for a token, RFC 7523; with a subject it acts for that user.
/// https://developers.google.com/identity/protocols/oauth2/service-account
/// </summary>
internal sealed class GoogleServiceAccountAuthenticator(TokenCache cache) : ITokenAuthenticator
{
    private const string Endpoint = "https://oauth2.googleapis.com/token";

    public string Kind => "google_service_account";

    public Task<AccessToken> Token(AuthMethod method, CallContext context, CancellationToken ct) =>
        cache.Get(method, context, given => Obtain(method, context, given), ct);

    private static async Task<AccessToken> Obtain(AuthMethod method, CallContext context, CancellationToken ct)
    {
        var file = GoogleHosts.File(context.Required(method, "credentials"), "service_account");
        var pem = GoogleHosts.Required(file, "private_key");
        context.Hide(pem);
        using var key = PrivateKeys.Read(pem);
        var endpoint = GoogleHosts.Checked(GoogleHosts.Text(file, "token_uri") ?? Endpoint, "token_uri");
        var now = context.Time.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = GoogleHosts.Required(file, "client_email"),
            ["scope"] = string.Join(' ', method.Texts("scopes")),
            ["aud"] = endpoint,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        if (context.Parameter(method, "subject") is { } subject)
            claims["sub"] = subject;
        var assertion = Jwt.Signed(key, claims, GoogleHosts.Text(file, "private_key_id") is { } id ? new JsonObject { ["kid"] = id } : null);
        context.Hide(assertion);
        var draft = CallDrafts.Empty("POST", endpoint, context);
        draft.SetForm([("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)]);
        return TokenAnswers.Read(await context.Send(draft, ct), now);
    }
}
