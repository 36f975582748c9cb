using System.Text;
using Hub.Integrations.Calls;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.OAuth;

/// <summary>Asks a provider for tokens (RFC 6749, 4.1.3 and 6), and gives them back. Never inside a transaction.</summary>
internal static class TokenEndpoint
{
    public static Task<TokenAnswer> Exchange(OAuthMethod method, string code, string verifier, string redirectUri, CancellationToken ct) => Ask(
        method,
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", verifier)],
        [code, verifier], ct);

    /// <remarks>The redirect address goes along: Jira Data Center wants it, and others ignore what they do not know (RFC 6749, 3.2).</remarks>
    public static Task<TokenAnswer> Refresh(OAuthMethod method, string refreshToken, string redirectUri, CancellationToken ct) => Ask(
        method, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("redirect_uri", redirectUri)], [refreshToken], ct);

    /// <summary>Gives a token back (RFC 7009), and with a refresh token the grant. That it may not work is no reason to keep it here.</summary>
    public static async Task Revoke(OAuthMethod method, string token, CancellationToken ct)
    {
        if (method.Client.RevocationUrl is not { } url)
            return;
        try
        {
            await method.Context.Send(Draft(method, url, [("token", token)], [token]), ct);
        }
        catch (CallFailed)
        {
            // The person can still take it back at the provider.
        }
    }

    private static async Task<TokenAnswer> Ask(OAuthMethod method, List<(string Name, string Value)> form, string[] secrets, CancellationToken ct)
    {
        var (client, context) = (method.Client, method.Context);
        var draft = Draft(method, client.TokenUrl, form, secrets);
        var asked = context.Time.GetUtcNow();
        try
        {
            var answer = TokenAnswer.Of(await context.Send(draft, ct), client.TokenUrl.Host, asked);
            return answer is TokenAnswer.Refused refused
                ? refused with { Error = Clean(refused.Error), Description = refused.Description is { } words ? Clean(words) : null }
                : answer;
        }
        catch (CallFailed failed)
        {
            return new TokenAnswer.Unclear(failed.Reason, failed.Message);
        }

        string Clean(string words) => StorableText.OneLine(Redaction.Redact(words, [.. secrets, .. context.Subject.Secrets.Values.Values]));
    }

    private static CallDraft Draft(OAuthMethod method, Uri url, List<(string Name, string Value)> form, string[] secrets)
    {
        var (client, context) = (method.Client, method.Context);
        foreach (var secret in secrets)
            context.Hide(secret);
        var draft = CallDrafts.Empty("POST", url.AbsoluteUri, context);
        draft.Headers["Accept"] = "application/json";
        if (client is { BasicAuth: true, ClientSecret: { } password })
            draft.Headers["Authorization"] = $"Basic {Base64($"{Uri.EscapeDataString(client.ClientId)}:{Uri.EscapeDataString(password)}")}";
        else
            form.AddRange(client.ClientSecret is { } secret ? [("client_id", client.ClientId), ("client_secret", secret)] : [("client_id", client.ClientId)]);
        draft.SetForm(form);
        return draft;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
