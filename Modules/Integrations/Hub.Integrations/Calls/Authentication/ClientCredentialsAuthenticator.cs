using System.Text.Json;

namespace Hub.Integrations.Calls.Authentication;

/// <summary>
/// OAuth 2.0 client credentials, RFC 6749 section 4.4. The client names itself in the body, or by HTTP Basic (section 2.3.1: both parts form-encoded).
/// </summary>
internal sealed class ClientCredentialsAuthenticator(TokenCache cache) : ITokenAuthenticator
{
    public string Kind => "oauth2_client_credentials";

    public Task<AccessToken> Token(AuthMethod method, CallContext context, CancellationToken ct) =>
        cache.Get(method, context, given => Obtain(method, context, given), ct);

    private static async Task<AccessToken> Obtain(AuthMethod method, CallContext context, CancellationToken ct)
    {
        var (id, secret) = (context.Required(method, "client_id"), context.Required(method, "client_secret"));
        var draft = CallDrafts.Empty("POST", context.Values.Address(method.Template("token_url")!).Text, context);
        var form = new List<(string, string)> { ("grant_type", "client_credentials") };
        if (method.Template("client_auth") is "basic")
            draft.Headers["Authorization"] = BasicAuthenticator.Header(Uri.EscapeDataString(id), Uri.EscapeDataString(secret), context);
        else
            form.AddRange([("client_id", id), ("client_secret", secret)]);
        if (context.Parameter(method, "scope") is { } scope)
            form.Add(("scope", scope));
        if (method.Parameters.TryGetValue("parameters", out var more) && more.ValueKind is JsonValueKind.Object)
            foreach (var parameter in more.EnumerateObject())
                if (context.Values.Plain(parameter.Value.GetString()!).OrNull is { } value)
                    form.Add((parameter.Name, value));
        draft.Headers["Accept"] = "application/json";
        draft.SetForm(form);
        return TokenAnswers.Read(await context.Send(draft, ct), context.Time.GetUtcNow());
    }
}
