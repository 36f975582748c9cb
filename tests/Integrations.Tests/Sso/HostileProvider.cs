using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Hub.TestHarness;

namespace Hub.Integrations.Tests.Sso;

/// <summary>An OpenID provider in this process that lies in the way a test wants it to.</summary>
internal sealed class HostileProvider : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (int Status, string Body)> answers = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private StubServer server = null!;

    public RSA Key { get; } = RSA.Create(2048);

    public string KeyId { get; set; } = "key-1";

    public string Issuer => server.Url;

    public int Asked(string path) => server.Requests.Count(request => request.Path == path);

    public static async Task<HostileProvider> Start()
    {
        var provider = new HostileProvider();
        provider.server = await StubServer.Start(request => provider.answers.TryGetValue(request.Path, out var answer) ? answer : (404, "{}"));
        provider.Answer("/.well-known/openid-configuration", provider.Discovery());
        provider.PublishKeys();
        provider.Answer("/me", new JsonObject { ["sub"] = "mallory" });
        return provider;
    }

    public JsonObject Discovery() => new()
    {
        ["issuer"] = Issuer, ["authorization_endpoint"] = $"{Issuer}/auth", ["token_endpoint"] = $"{Issuer}/token", ["userinfo_endpoint"] = $"{Issuer}/me",
        ["jwks_uri"] = $"{Issuer}/jwks",
    };

    public void PublishKeys()
    {
        var key = Key.ExportParameters(false);
        Answer("/jwks", new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA", ["use"] = "sig", ["kid"] = KeyId, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
            }),
        });
    }

    public void Answer(string path, JsonObject body, int status = 200) => answers[path] = (status, body.ToJsonString());

    public void Answer(string path, string body, int status = 200) => answers[path] = (status, body);

    public JsonObject Claims(string nonce, DateTimeOffset now) => new()
    {
        ["iss"] = Issuer, ["sub"] = "mallory", ["aud"] = "hub", ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(), ["iat"] = now.ToUnixTimeSeconds(), ["nonce"] = nonce,
        ["email"] = "mallory@example.com", ["name"] = "Mallory", ["groups"] = new JsonArray("x"),
    };

    public JsonObject Header() => new() { ["alg"] = "RS256", ["kid"] = KeyId };

    /// <summary>A token signed as its header says, by this key.</summary>
    public string Sign(JsonObject header, JsonObject claims)
    {
        var text = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        var data = Encoding.ASCII.GetBytes(text);
        // One key is not for two threads at once.
        lock (gate)
            return $"{text}." + Base64Url.EncodeToString(header["alg"]!.GetValue<string>() switch
            {
                "RS256" => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                "RS384" => Key.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                "RS512" => Key.SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
                "PS256" => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key.ExportSubjectPublicKeyInfoPem()), data),
                _ => [],
            });
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public Task<SsoTenant> Tenant() => SsoTenant.Create(new
    {
        protocol = "oidc", issuer = Issuer, client_id = "hub", client_secret = "hostile-secret-0123456789", default_role = "viewer",
    });

    /// <summary>Goes out to this provider and comes back with what <paramref name="token"/> makes of the nonce.</summary>
    public async Task<Browser.View> SignIn(Browser browser, SsoTenant tenant, Func<string, string> token, string accessToken = "an-access-token")
    {
        var (state, nonce) = await SetOut(browser, tenant);
        Answer("/token", new JsonObject { ["access_token"] = accessToken, ["token_type"] = "Bearer", ["id_token"] = token(nonce) });
        return await browser.Open(SsoHub.Hub.Url, $"/auth/sso/callback?state={state}&code=a-code");
    }

    public async Task<(string State, string Nonce)> SetOut(Browser browser, SsoTenant tenant)
    {
        var start = await browser.Once(HttpMethod.Get, new Uri(SsoHub.Hub.Url, $"/auth/sso/{tenant.Slug}"));
        if (start.Response.Headers.Location is not { IsAbsoluteUri: true } location)
            throw new InvalidOperationException($"The hub did not send the browser out but to {start.Response.Headers.Location}");
        var query = HttpUtility.ParseQueryString(location.Query);
        return (query["state"]!, query["nonce"]!);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Key.Dispose();
    }
}
