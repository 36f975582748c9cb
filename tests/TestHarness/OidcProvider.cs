using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.TestHarness;

/// <summary>The certified OpenID provider of <c>tests/Peers/oidc-provider.mjs</c>: any name signs in, and every consent is given.</summary>
public sealed partial class OidcProvider : IAsyncDisposable
{
    private readonly NodePeer peer;

    private OidcProvider(NodePeer peer) => this.peer = peer;

    public Uri Issuer => peer.Address;

    public HttpClient Http => peer.Http;

    public static async Task<OidcProvider> Start() => new(await NodePeers.Start("oidc-provider.mjs"));

    /// <summary>Settings of the script, such as <c>access_token_ttl</c>, <c>rotate</c>, <c>slow_ms</c>, <c>fail_times</c>, <c>lose_answers</c>, <c>claims</c>.</summary>
    public Task Set(object settings) => peer.Control("settings", settings);

    /// <summary>Revokes what an account, or everybody, has granted.</summary>
    public Task Revoke(string? account = null) => peer.Control("revoke", new { account });

    /// <summary>Forgets the token requests counted so far.</summary>
    public Task Forget() => peer.Control("forget");

    /// <summary>The token requests in their order, of one client or of all: <c>client</c>, <c>grant_type</c>, <c>status</c>, <c>error</c>, <c>auth</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> TokenRequests(string? client = null) =>
        [.. (await peer.Ask("state")).GetProperty("requests").EnumerateArray().Where(r => client is null || r.GetProperty("client").GetString() == client)];

    public async Task<int> Refreshes() => (await TokenRequests()).Count(r => r.GetProperty("grant_type").GetString() == "refresh_token");

    /// <summary>Registers a client (RFC 7591).</summary>
    /// <param name="redirectUri">Where the provider sends people back to.</param>
    /// <param name="clientAuth"><c>client_secret_basic</c> or <c>client_secret_post</c>.</param>
    public async Task<(string Id, string Secret)> Register(string redirectUri, string clientAuth = "client_secret_basic")
    {
        using var response = await Http.PostAsJsonAsync(new Uri(Issuer, "/reg"), new Dictionary<string, object>
        {
            ["redirect_uris"] = new[] { redirectUri },
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
            ["scope"] = "openid offline_access profile email api:read api:write",
            ["token_endpoint_auth_method"] = clientAuth,
        });
        var client = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return (client.GetProperty("client_id").GetString()!, client.GetProperty("client_secret").GetString()!);
    }

    /// <summary>A person's browser: opens the authorization address, signs in, consents, and stops where the provider sends it back.</summary>
    /// <returns>The redirect back to the client, with <c>code</c> and <c>state</c> or <c>error</c>; not yet opened.</returns>
    public async Task<Uri> SignIn(Uri authorization, string account = "alice", bool consents = true)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        var address = authorization;
        HttpContent? form = null;
        for (var step = 0; step < 20; step++)
        {
            using var response = await (form is null ? browser.GetAsync(address) : browser.PostAsync(address, form));
            var page = await response.Content.ReadAsStringAsync();
            form = null;
            if (response.Headers.Location is { } location)
            {
                address = new Uri(address, location);
                if (!Issuer.IsBaseOf(address)) return address;
            }
            else if (!response.IsSuccessStatusCode || FormAction().Match(page) is not { Success: true } action)
            {
                throw new InvalidOperationException($"The provider answered {(int)response.StatusCode} to {address.AbsolutePath}: {page}");
            }
            else if (Prompt().Match(page).Groups[1].Value == "consent" && !consents)
            {
                address = new Uri(address, AbortLink().Match(page).Groups[1].Value);
            }
            else
            {
                address = new Uri(address, action.Groups[1].Value);
                form = new FormUrlEncodedContent([new("prompt", Prompt().Match(page).Groups[1].Value), new("login", account), new("password", "any")]);
            }
        }

        throw new InvalidOperationException("The provider asked one question after another.");
    }

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    [GeneratedRegex("<form[^>]* action=\"([^\"]+)\"")]
    private static partial Regex FormAction();

    [GeneratedRegex("name=\"prompt\" value=\"([^\"]+)\"")]
    private static partial Regex Prompt();

    [GeneratedRegex("href=\"([^\"]+/abort)\"")]
    private static partial Regex AbortLink();
}
