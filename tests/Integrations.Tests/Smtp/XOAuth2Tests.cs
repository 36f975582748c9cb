using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Smtp;

public sealed class XOAuth2Tests
{
    [Test]
    public async Task A_person_grants_and_mail_goes_out_with_the_token()
    {
        await using var provider = await OidcProvider.Start();
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        var (client, secret) = await provider.Register(new Uri(hub.Url, "/oauth/callback").ToString());
        var id = await MailHub.Integration(hub, 1, new
        {
            host = "127.0.0.1", port = server.Port, auth_type = "xoauth2", username = "ann@example.com", from_address = "ann@example.com", client_id = client,
            client_secret = secret, authorize_url = $"{provider.Issuer}auth", token_url = $"{provider.Issuer}token", scope = "openid offline_access api:write",
        });
        var ungranted = (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        ungranted.GetProperty("success").GetBoolean().Should().BeFalse();
        ungranted.GetProperty("message").GetString().Should().Contain($"{id}/oauth/start");

        var authorization = (await hub.Http.Get($"integrations/{id}/oauth/start")).Expect(200).GetProperty("authorization_url").GetString()!;
        var back = await provider.SignIn(new Uri(authorization));
        (await hub.ClientFor(null).Get(back.PathAndQuery)).Status.Should().Be(200);

        var refused = await hub.Http.Post("actions/email", new { scope_id = 1, to = "bo@example.com", subject = "x", text = "y" });
        refused.Expect(422).GetProperty("code").GetString().Should().Be("smtp_auth");
        refused.Text.Should().Contain("status 401", "the challenge says why");
        await server.Set(new { tokens = new Dictionary<string, string> { ["ann@example.com"] = "*" } });
        var tested = (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        tested.GetProperty("success").GetBoolean().Should().BeTrue(tested.ToString());
        tested.GetProperty("transcript").EnumerateArray().Select(line => line.GetProperty("line").GetString()).Should().Contain("AUTH XOAUTH2 [redacted]");
        (await hub.Http.Post("actions/email", new { scope_id = 1, to = "bo@example.com", subject = "x", text = "y" })).Expect(200);
        (await server.Messages()).Should().ContainSingle().Which.GetProperty("user").GetString().Should().Be("ann@example.com");
        (await server.Logins()).Should().OnlyContain(login => login.GetProperty("method").GetString() == "XOAUTH2");
    }
}
