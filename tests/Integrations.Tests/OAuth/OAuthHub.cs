using System.Text.Json;
using Dapper;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Integrations.Tests.OAuth;

/// <summary>A hub, a provider, and an integration of a private type that is granted there.</summary>
internal sealed class OAuthHub : IAsyncDisposable
{
    private static readonly Lazy<Task<OidcProvider>> Shared = new(OidcProvider.Start);

    private readonly bool ownsHub;
    private readonly bool ownsProvider;

    private OAuthHub(HubFixture hub, OidcProvider provider, bool ownsHub, bool ownsProvider) =>
        (Hub, Provider, this.ownsHub, this.ownsProvider) = (hub, provider, ownsHub, ownsProvider);

    public HubFixture Hub { get; }

    public OidcProvider Provider { get; }

    public long Scope { get; private set; }

    public long Integration { get; private set; }

    /// <summary>Its client at the provider.</summary>
    public string Client { get; private set; } = "";

    public string Path => $"integrations/{Integration}/oauth";

    /// <param name="customise">How the hub shall be.</param>
    /// <param name="ownProvider">For tests that change how the provider behaves.</param>
    public static async Task<OAuthHub> Start(Action<HubSetup>? customise = null, bool ownProvider = false)
    {
        var provider = ownProvider ? await OidcProvider.Start() : await Shared.Value;
        var hub = await HubFixture.Start(setup =>
        {
            setup.Workers = false;
            customise?.Invoke(setup);
        });
        foreach (var clientAuth in new[] { "basic", "body" })
            (await hub.Http.Put($"integrations/schemas/{TypeOf(clientAuth)}", Document(clientAuth))).Expect(201);
        var made = new OAuthHub(hub, provider, ownsHub: true, ownProvider);
        await made.Furnish("basic");
        return made;
    }

    /// <summary>Another tenant and integration in the same hub.</summary>
    public async Task<OAuthHub> New(string clientAuth = "basic")
    {
        var made = new OAuthHub(Hub, Provider, ownsHub: false, ownsProvider: false);
        await made.Furnish(clientAuth);
        return made;
    }

    /// <summary>Another tenant with an integration whose provider is at this address.</summary>
    public async Task<OAuthHub> At(string url)
    {
        var made = new OAuthHub(Hub, Provider, ownsHub: false, ownsProvider: false) { Scope = await Hub.CreateScope("tenant", $"Acme {Guid.NewGuid()}") };
        made.Integration = await made.Create("Granted", url, "hostile-client", "a-hostile-client-secret", "body");
        return made;
    }

    private async Task Furnish(string clientAuth)
    {
        Scope = await Hub.CreateScope("tenant", $"Acme {Guid.NewGuid()}");
        (Client, var secret) = await Provider.Register(
            new Uri(Hub.Url, "/oauth/callback").ToString(), clientAuth is "basic" ? "client_secret_basic" : "client_secret_post");
        Integration = await Create("Granted", Provider.Issuer.ToString(), Client, secret, clientAuth);
    }

    public async Task<long> Create(string name, string baseUrl, string clientId, string clientSecret, string clientAuth = "basic") => (await Hub.Http.Post("integrations", new
    {
        scope_id = Scope,
        name,
        integration_type = TypeOf(clientAuth),
        configuration = new { auth_type = "oauth", base_url = baseUrl.TrimEnd('/'), client_id = clientId, client_secret = clientSecret },
    })).Expect(201).GetProperty("id").GetInt64();

    /// <summary>The address that a program hands to a person.</summary>
    public async Task<Uri> AuthorizationUrl(string query = "", HttpClient? caller = null) =>
        new((await (caller ?? Hub.Http).Get($"{Path}/start{query}")).Expect(200).GetProperty("authorization_url").GetString()!);

    /// <summary>All of it: start, sign in, consent, and come back.</summary>
    public async Task<Answer> Authorise(string account = "alice", string query = "")
    {
        var back = await Provider.SignIn(await AuthorizationUrl(query), account);
        return await Anonymous.Get(back.PathAndQuery);
    }

    /// <summary>Whoever comes back from the provider brings no key.</summary>
    public HttpClient Anonymous => Hub.ClientFor(null);

    /// <param name="all">Also those that failed before the provider knew whose they are.</param>
    public Task<IReadOnlyList<JsonElement>> TokenRequests(bool all = false) => Provider.TokenRequests(all ? null : Client);

    public async Task<int> Refreshes() => (await TokenRequests()).Count(request => request.GetProperty("grant_type").GetString() == "refresh_token");

    public Task<Connection> Connection() => Connection(Hub);

    public async Task<Connection> Connection(HubFixture hub)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AskConnection(Integration)))!;
    }

    /// <summary>Whether the provider accepts a token.</summary>
    public async Task<bool> MayRead(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Provider.Issuer, "/me"));
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await Provider.Http.SendAsync(request);
        return response.IsSuccessStatusCode;
    }

    public async Task<int> Sql(string statement, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(Hub.ConnectionString);
        return await connection.ExecuteAsync(statement, parameters);
    }

    public async ValueTask DisposeAsync()
    {
        if (ownsHub)
            await Hub.DisposeAsync();
        if (ownsProvider)
            await Provider.DisposeAsync();
    }

    private static string TypeOf(string clientAuth) => $"granted_by_{clientAuth}";

    private static object Document(string clientAuth) => new
    {
        id = TypeOf(clientAuth),
        name = "Granted",
        category = "ticketing",
        platform_name = TypeOf(clientAuth),
        integration_category = "ticketing",
        description = "Something that a person grants access to.",
        capabilities = new[] { "test", "oauth" },
        fields = new object[]
        {
            new { name = "auth_type", label = "Authentication", type = "select", options = new[] { "oauth", "token" }, @default = "oauth" },
            new { name = "base_url", label = "Address", type = "url", required = true },
            new { name = "client_id", label = "Client", type = "string", required_when = new { field = "auth_type", values = new[] { "oauth" } } },
            new { name = "client_secret", label = "Secret", type = "secret", required_when = new { field = "auth_type", values = new[] { "oauth" } } },
            new { name = "token", label = "Token", type = "secret", required_when = new { field = "auth_type", values = new[] { "token" } } },
        },
        auth = new
        {
            methods = new object[]
            {
                new
                {
                    kind = "oauth2_authorization_code",
                    when = new { field = "auth_type", values = new[] { "oauth" } },
                    authorize_url = "{base_url}/auth",
                    token_url = "{base_url}/token",
                    client_id = "{client_id}",
                    client_secret = "{client_secret}",
                    client_auth = clientAuth,
                    scope = "openid offline_access email api:read",
                    parameters = new { prompt = "consent", state = "not this one" },
                    revocation_url = "{base_url}/token/revocation",
                    account = new { url = "{base_url}/me", id = "{$.sub}", name = "{$.email}" },
                },
                new { kind = "bearer", token = "{token}" },
            },
        },
        test = new { method = "GET", url = "{base_url}/me", expect = new { status = new[] { 200 } }, identity = "{$.email}" },
    };
}
