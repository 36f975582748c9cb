using System.Text;
using Hub.Integrations.Calls;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.OAuth;

/// <summary>Asks a provider for tokens (RFC 6749, 4.1.3 and 6). Never inside a transaction.</summary>
internal static class TokenEndpoint
{
    public static Task<TokenAnswer> Exchange(OAuthMethod method, string code, string verifier, string redirectUri, CancellationToken ct) => Ask(
        method,
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", verifier)],
        [code, verifier], ct);

    /// <remarks>The redirect address goes along: Jira Data Center wants it, and others ignore what they do not know (RFC 6749, 3.2).</remarks>
    public static Task<TokenAnswer> Refresh(OAuthMethod method, string refreshToken, string redirectUri, CancellationToken ct) => Ask(
        method, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("redirect_uri", redirectUri)], [refreshToken], ct);

    private static async Task<TokenAnswer> Ask(OAuthMethod method, List<(string Name, string Value)> form, string[] secrets, CancellationToken ct)
    {
        var (client, context) = (method.Client, method.Context);
        foreach (var secret in secrets)
            context.Hide(secret);
        var draft = CallDrafts.Empty("POST", client.TokenUrl.AbsoluteUri, context);
        draft.Headers["Accept"] = "application/json";
        if (client is { BasicAuth: true, ClientSecret: { } password })
            draft.Headers["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encoded(client.ClientId)}:{Encoded(password)}"))}";
        else
            form.AddRange(client.ClientSecret is { } secret ? [("client_id", client.ClientId), ("client_secret", secret)] : [("client_id", client.ClientId)]);
        draft.SetForm(form);

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

    private static string Encoded(string text) => Uri.EscapeDataString(text);
}
