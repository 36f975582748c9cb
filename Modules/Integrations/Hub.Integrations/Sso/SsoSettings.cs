using System.Text.Json;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Sso;

/// <summary>An <c>sso</c> integration's configuration by name.</summary>
internal sealed class SsoSettings(EffectiveConfiguration configuration)
{
    public const string Type = "sso";

    public string Protocol => configuration.Text("protocol") ?? "oidc";

    public string? Problem => configuration.Problem;

    public string? ClientSecret => configuration.Secret("client_secret");

    public IReadOnlyCollection<string> Secrets => [.. configuration.Secrets.Values.Values];

    public string Scopes => configuration.Text("scopes") ?? "openid profile email";

    public string DefaultRole => configuration.Text("default_role") ?? "none";

    public JsonElement? RoleMapping => configuration.Settings.TryGetValue("role_mapping", out var mapping) ? mapping : null;

    public IReadOnlyList<string> AllowedDomains =>
        configuration.Text("allowed_domains")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    public string? Text(string field) => configuration.Text(field);

    /// <exception cref="SsoRefusal">It is not set.</exception>
    public string Required(string field) => configuration.Text(field) ?? throw SsoRefusal.Misconfigured($"{field} is not set");

    /// <exception cref="SsoRefusal">It is not set, or neither https nor on this machine: passwords and tokens go there.</exception>
    public Uri Address(string field) => SafeAddress.Of(Required(field), field);
}

internal static class SafeAddress
{
    /// <summary>An https address; plain http only on this machine.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    public static Uri Of(string text, string what) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && IsSafe(address) && address.UserInfo.Length == 0
            ? address : throw SsoRefusal.Misconfigured($"{what} must be an https address");
}
