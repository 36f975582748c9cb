using System.Text;
using System.Text.Json;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.ConnectionTests.Jira;

/// <summary>How a request to Jira proves who sends it.</summary>
internal static class JiraAuth
{
    public const string Basic = "basic";
    public const string Bearer = "bearer";

    /// <summary>What to try, in order. Data Center takes a personal access token alone; a user name beside it may mean a password.</summary>
    /// <param name="cloud">Cloud or Data Center.</param>
    /// <param name="authType">The setting: auto, basic or pat.</param>
    /// <param name="hasUser">Whether an e-mail or a user name is set.</param>
    public static IReadOnlyList<string> Candidates(bool cloud, string? authType, bool hasUser) => authType switch
    {
        "basic" => [Basic],
        "pat" => [Bearer],
        _ when cloud => hasUser ? [Basic] : [Bearer],
        _ => hasUser ? [Bearer, Basic] : [Bearer],
    };

    /// <summary>The method to use before or after a test: what worked, else the likeliest.</summary>
    public static string Chosen(IReadOnlyDictionary<string, JsonElement> settings, JsonElement detected)
    {
        if (detected.ValueKind is JsonValueKind.Object && detected.TryGetProperty("auth", out var known) && known.GetString() is Basic or Bearer)
            return known.GetString()!;
        var cloud = settings.Text("deployment") is "cloud" || (settings.Text("base_url") is { } address && JiraSite.Of(address) is { IsAtlassianSite: true } or { IsGateway: true });
        return Candidates(cloud, settings.Text("auth_type"), settings.Text("email") is not null)[0];
    }

    public static Dictionary<string, string> Headers(string method, string? user, string token) => new()
    {
        ["Accept"] = "application/json",
        ["Authorization"] = method is Basic ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{token}"))}" : $"Bearer {token}",
    };
}
