using System.Security.Cryptography;
using System.Text;
using Hub.Integrations.Integrations;
using Hub.Integrations.OAuth;
using Hub.Integrations.Secrets;

namespace Hub.Integrations.Budgets;

/// <summary>
/// Names provider and credential without telling it: an HMAC under a key derived from the master key. Integrations that call the same host with the same
/// credential have the same name, whatever their types and scopes. An installation of an app is itself the credential: its tokens change every hour.
/// </summary>
internal sealed class CredentialFingerprints(Lazy<MasterKey> master)
{
    private const int Length = 18;
    private static readonly string[] Addresses = ["base_url", "url", "site_url", "instance_url", "environment_url", "api_server", "hec_url"];
    private static readonly string[] Accounts = ["email", "username", "user", "client_id", "account", "auth_username"];

    public string Of(EffectiveConfiguration subject)
    {
        var hash = HMACSHA256.HashData(master.Value.Derive("hub.credential.v1"), Encoding.UTF8.GetBytes(string.Join('\n', [Place(subject), .. Identity(subject)])));
        return Convert.ToBase64String(hash.AsSpan(0, Length)).Replace('+', '-').Replace('/', '_');
    }

    private static string Place(EffectiveConfiguration subject)
    {
        var address = Addresses.Select(subject.Settings.Text).FirstOrDefault(text => text is not null);
        return Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.Authority.ToLowerInvariant() : subject.Type;
    }

    private static IEnumerable<string> Identity(EffectiveConfiguration subject)
    {
        if (subject.Settings.TryGetValue("installation_id", out var installation))
            return ["installation", installation.ToString()];
        // What a person granted is the integration's own, although the client that asked for it is shared.
        if (Mentions(subject.Schema.Auth, OAuthMethod.Kind) && subject.IntegrationId is { } grantee)
            return [$"grant of {grantee}"];
        var secrets = subject.Secrets.Values.Where(secret => !ProvesSendersOnly(subject, secret.Key)).OrderBy(secret => secret.Key, StringComparer.Ordinal);
        // Of a target of webhooks the address itself is what lets in, with or without a secret.
        var target = subject.Type is "webhook" ? [subject.Settings.Text("url") ?? ""] : Array.Empty<string>();
        return [.. target, .. Accounts.Select(subject.Settings.Text).OfType<string>(), .. secrets.Select(secret => secret.Value)];
    }

    // Two integrations with one token and a webhook secret each are one caller.
    private static bool ProvesSendersOnly(EffectiveConfiguration subject, string field) =>
        subject.Type is "webhook" ? field is "secret"
        : Mentions(subject.Schema.Webhook, $"\"{field}\"") && !Mentions(subject.Schema.Auth, $"{{{field}}}") && !Mentions(subject.Schema.Auth, $"\"{field}\"");

    private static bool Mentions(object? document, string name) => document?.ToString()?.Contains(name, StringComparison.Ordinal) == true;
}
