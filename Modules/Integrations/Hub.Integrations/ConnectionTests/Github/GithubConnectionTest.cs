using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Github;

/// <summary>Proves a GitHub token with <c>/user</c>, that it is let into the repository, and that its contents can be read.</summary>
internal sealed partial class GithubConnectionTest : IConnectionTest
{
    // A renamed repository answers 301 to its numeric address on the same host.
    private const int Renames = 3;

    public string Type => "github_repos";

    public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
    {
        var api = subject.Settings.Text("base_url")!.TrimEnd('/');
        var repository = subject.Settings.Text("repository")!;
        var headers = GithubHeaders.With(subject.Secret("access_token")!);
        probe.Passed("config", $"Repository {repository} at {new Uri(api).Host}");

        var user = await probe.Connect("auth", Get($"{api}/user", headers), ct);
        var login = Login(user, probe);
        var (found, body) = await Repository(probe, $"{api}/repos/{repository}", headers, ct);
        await ReadContents(probe, $"{api}/repos/{found}/commits?per_page=1", headers, ct);
        var renamed = found.Equals(repository, StringComparison.OrdinalIgnoreCase) ? "" : $" The repository is now called {found}.";
        var account = ProviderWords.JsonObject(user);
        return new Finding(
            $"Connected to {found} as {login ?? "an app"}.{renamed}", login, user.Elapsed.TotalMilliseconds, new JsonObject
            {
                ["api_base"] = api,
                ["login"] = login,
                ["account_id"] = Number(account, "id"),
                ["repository_id"] = Number(body, "id"),
                ["full_name"] = found,
                ["default_branch"] = body.Text("default_branch"),
                ["credential_expires_at"] = Expiry(user)?.ToString("O", CultureInfo.InvariantCulture),
            });
    }

    private static string? Login(OutboundResponse response, TestProbe probe)
    {
        var took = response.Elapsed.TotalMilliseconds;
        if (response.Status == 200 && ProviderWords.JsonObject(response).Text("login") is { } login)
        {
            probe.Passed("auth", login, took);
            return login;
        }

        // Tokens of an app's installation have no user; the repository proves them.
        if (response.Status == 403 && ProviderWords.Complaint(response).Contains("not accessible by integration", StringComparison.OrdinalIgnoreCase))
        {
            probe.Passed("auth", "The token of an app's installation", took);
            return null;
        }

        var (reason, message) = GithubRefusal.Of(response, "the token's user");
        throw probe.Failed("auth", reason, message, took);
    }

    private static async Task<(string FullName, JsonElement? Body)> Repository(TestProbe probe, string url, IReadOnlyDictionary<string, string> headers, CancellationToken ct)
    {
        var response = await probe.Call("permission", Get(url, headers) with { MaxRedirects = Renames }, ct);
        var took = response.Elapsed.TotalMilliseconds;
        var body = ProviderWords.JsonObject(response);
        if (response.Status != 200 || body.Text("full_name") is not { } name)
        {
            var (reason, message) = GithubRefusal.Of(response, "the repository");
            throw probe.Failed("permission", reason, message, took);
        }

        // It becomes part of the next address.
        if (!FullName().IsMatch(name))
            throw probe.Failed("permission", FailureReason.ProviderError, "The answer names no repository as GitHub does (owner/name). Is this the address of GitHub's API?", took);
        probe.Passed("permission", $"May see {name}", took);
        return (name, body);
    }

    private static async Task ReadContents(TestProbe probe, string url, IReadOnlyDictionary<string, string> headers, CancellationToken ct)
    {
        var response = await probe.Call("sample_read", Get(url, headers) with { MaxRedirects = Renames }, ct);
        var took = response.Elapsed.TotalMilliseconds;
        if (response.Status is not (200 or 409))
        {
            var (reason, message) = GithubRefusal.Of(response, "the commits of the repository");
            throw probe.Failed("sample_read", reason is FailureReason.NotFound ? FailureReason.Permission : reason, message, took);
        }

        probe.Passed("sample_read", response.Status == 409 ? "The repository is empty" : "Can read commits", took);
    }

    [GeneratedRegex(@"^[\w.-]{1,100}/[\w.-]{1,100}$")]
    private static partial Regex FullName();

    private static OutboundRequest Get(string url, IReadOnlyDictionary<string, string> headers) => new() { Method = HttpMethod.Get, Url = new Uri(url), Headers = headers };

    private static long? Number(JsonElement? json, string member) =>
        json is { } body && body.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static DateTimeOffset? Expiry(OutboundResponse response) =>
        DateTimeOffset.TryParse(
            response.Header("github-authentication-token-expiration")?.Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var expires) ? expires : null;
}
