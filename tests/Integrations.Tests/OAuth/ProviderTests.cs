using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using Microsoft.AspNetCore.WebUtilities;
using NUnit.Framework;

namespace Hub.Integrations.Tests.OAuth;

/// <summary>The real provider that the other tests lean on does what they take for granted.</summary>
public sealed class ProviderTests
{
    private const string Callback = "http://127.0.0.1:1/callback";
    private static readonly string Verifier = new('v', 50);

    [Test]
    public async Task A_code_is_exchanged_and_a_rotated_refresh_token_works_once()
    {
        await using var provider = await OidcProvider.Start();
        var (id, secret) = await provider.Register(Callback);

        var back = await provider.SignIn(Authorization(provider, id), "alice");
        var query = QueryHelpers.ParseQuery(back.Query);
        query["state"].ToString().Should().Be("s1");
        var (status, first) = await Token(provider, id, secret,
            new() { ["grant_type"] = "authorization_code", ["code"] = query["code"]!, ["redirect_uri"] = Callback, ["code_verifier"] = Verifier });
        status.Should().Be(HttpStatusCode.OK);
        var refresh = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = first.GetProperty("refresh_token").GetString()! };
        (await Token(provider, id, secret, refresh)).Status.Should().Be(HttpStatusCode.OK);
        (await Token(provider, id, secret, refresh)).Body.GetProperty("error").GetString().Should().Be("invalid_grant");
        (await provider.Refreshes()).Should().Be(2);

        await provider.Set(new { fail_times = 1 });
        (await Token(provider, id, secret, refresh)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Test]
    public async Task Who_does_not_consent_is_sent_back_with_an_error()
    {
        await using var provider = await OidcProvider.Start();
        var (id, _) = await provider.Register(Callback);

        var back = await provider.SignIn(Authorization(provider, id), consents: false);

        QueryHelpers.ParseQuery(back.Query)["error"].ToString().Should().Be("access_denied");
    }

    private static Uri Authorization(OidcProvider provider, string client) =>
        new(QueryHelpers.AddQueryString(new Uri(provider.Issuer, "/auth").ToString(), new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = client, ["redirect_uri"] = Callback, ["scope"] = "openid api:read", ["state"] = "s1",
            ["code_challenge_method"] = "S256", ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        }));

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Token(
        OidcProvider provider, string client, string secret, Dictionary<string, string> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(provider.Issuer, "/token")) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}")));
        using var response = await provider.Http.SendAsync(request);
        return (response.StatusCode, response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.BadRequest
            ? await response.Content.ReadFromJsonAsync<JsonElement>() : default);
    }
}
