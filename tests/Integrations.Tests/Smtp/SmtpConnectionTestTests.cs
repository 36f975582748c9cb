using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Smtp;

public sealed class SmtpConnectionTestTests
{
    private static async Task<JsonElement> Test(HubFixture hub, object configuration) =>
        (await hub.Http.Post("integrations/test", new { scope_id = 1, integration_type = "smtp", configuration })).Expect(200);

    private static string[] Steps(JsonElement result) => [.. result.GetProperty("steps").EnumerateArray().Select(step => step
        .GetProperty("name").GetString()!)];

    private static string[] Said(JsonElement result, string by) => [.. result.GetProperty("transcript").EnumerateArray()
        .Where(line => line.GetProperty("from").GetString() == by).Select(line => line.GetProperty("line").GetString()!)];

    [Test]
    public async Task Starttls_plain_and_login_are_proven_and_told()
    {
        await using var server = await MailHub.Server();
        await server.Set(new { users = new Dictionary<string, string> { ["ann"] = MailHub.Password } });
        await using var hub = await MailHub.Start();
        var id = await MailHub.Integration(hub, 1, MailHub.Configuration(server.Port));
        var result = (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        result.GetProperty("success").GetBoolean().Should().BeTrue(result.ToString());
        Steps(result).Should().Equal("config", "dns", "address_policy", "connect", "tls", "auth", "permission");
        result.GetProperty("identity").GetString().Should().StartWith("ann at ").And.Contain("test peer");
        result.GetProperty("message").GetString().Should().Be("127.0.0.1 accepts mail from hub@example.com.");
        Said(result, "client").Should().Equal(
            "EHLO [127.0.0.1]", "STARTTLS", "(TLS)", "EHLO [127.0.0.1]", "AUTH PLAIN [redacted]", "MAIL FROM:<hub@example.com>", "RSET", "QUIT");
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");

        (await Test(hub, MailHub.Configuration(server.Port, method: "login"))).GetProperty("success").GetBoolean().Should().BeTrue();
        (await server.Logins()).Select(login => (login.GetProperty("method").GetString(), login.GetProperty("secure").GetBoolean()))
            .Should().Equal(("PLAIN", true), ("LOGIN", true));
        (await server.Messages()).Should().BeEmpty("a test sends nothing");
        string.Join('\n', hub.Logs.Lines).Should().NotContain(MailHub.Password);
    }

    [Test]
    public async Task Implicit_tls_and_no_encryption_work_where_they_are_chosen()
    {
        await using var hub = await MailHub.Start();
        await using (var server = await MailHub.Server(secure: true))
            Steps(await Test(hub, MailHub.Configuration(server.Port, "tls", user: null)))
                .Should().Equal("config", "dns", "address_policy", "connect", "tls", "auth", "permission");
        await using (var server = await MailHub.Server(offersTls: false, insecureLogin: true))
        {
            Steps(await Test(hub, MailHub.Configuration(server.Port, "none", user: null)))
                .Should().Equal("config", "dns", "address_policy", "connect", "auth", "permission");
            await server.Set(new { users = new Dictionary<string, string> { ["ann"] = MailHub.Password } });
            var unsaid = await Test(hub, MailHub.Configuration(server.Port, "none"));
            unsaid.GetProperty("reason").GetString().Should().Be("config");
            (await server.Logins()).Should().BeEmpty();
            (await Test(hub, MailHub.Configuration(server.Port, "none", method: "plain"))).GetProperty("success").GetBoolean().Should().BeTrue();
        }
    }

    [Test]
    public async Task What_is_wrong_has_a_reason_and_a_step()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        await Fails(MailHub.Configuration(server.Port), "auth", "auth", "535");
        await server.Set(new { users = new Dictionary<string, string> { ["ann"] = MailHub.Password }, refuse = new { mail = new object[] { 553, "not your address" } } });
        await Fails(MailHub.Configuration(server.Port), "permission", "permission", "not your address");
        await server.Set(new { refuse = new { mail = new object[] { 451, "too many messages from you" } } });
        await Fails(MailHub.Configuration(server.Port), "permission", "rate_limited", "451");
        await server.Set(new { refuse = new { mail = new object[] { 451, "disk is full" } } });
        await Fails(MailHub.Configuration(server.Port), "permission", "provider_error", "451");
        await Fails(MailHub.Configuration(1), "connect", "network", "accepts no connection");
        await Fails(MailHub.Configuration(server.Port, "tls"), "tls", "tls", "TLS");
        await using var bare = await MailHub.Server(offersTls: false);
        await Fails(MailHub.Configuration(bare.Port), "tls", "tls", "STARTTLS");
        await using var ssh = HostileSmtp.Start(talk => talk.Say("SSH-2.0-OpenSSH_9.2\r\n"));
        await Fails(MailHub.Configuration(ssh.Port), "connect", "provider_error", "no SMTP reply");
        await using var stranger = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 hi\r\n");
            await talk.Hear();
            await talk.Say("250-hi\r\n250 STARTTLS\r\n");
            await talk.Hear();
            await talk.Say("220 go\r\n");
            await talk.Encrypt(Certificates.OfAnotherName);
        });
        await Fails(MailHub.Configuration(stranger.Port), "tls", "tls", "certificate");

        async Task Fails(object configuration, string step, string reason, string words)
        {
            var result = await Test(hub, configuration);
            result.GetProperty("success").GetBoolean().Should().BeFalse();
            (Steps(result)[^1], result.GetProperty("reason").GetString()).Should().Be((step, reason), result.ToString());
            result.GetProperty("message").GetString().Should().Contain(words);
            result.GetProperty("steps").EnumerateArray().Count(done => !done.GetProperty("ok").GetBoolean()).Should().Be(1);
            result.ToString().Should().NotContain(MailHub.Password);
        }
    }

    [Test]
    public async Task A_private_type_talks_to_the_server_that_its_document_names()
    {
        await using var server = await MailHub.Server();
        await server.Set(new { users = new Dictionary<string, string> { ["relay-ann"] = MailHub.Password } });
        await using var hub = await MailHub.Start();
        (await hub.Http.Put("integrations/schemas/acme_relay", new
        {
            id = "acme_relay", name = "Acme relay", category = "email", platform_name = "acme_relay", integration_category = "email", description = "Mail of Acme.",
            capabilities = new[] { "test", "email" },
            fields = new object[]
            {
                new { name = "relay", label = "Relay", type = "string", required = true }, new { name = "relay_port", label = "Port", type = "integer", required = true },
                new { name = "account", label = "Account", type = "string", required = true }, new { name = "key", label = "Key", type = "secret", required = true },
            },
            auth = new { methods = new[] { new { kind = "smtp", username = "relay-{account}", password = "{key}", mechanism = "auto" } } },
            test = new { kind = "smtp", host = "{relay}", port = "{relay_port}", security = "starttls", sender = "{account}@acme.example" },
        })).Status.Should().BeOneOf(200, 201);
        var result = (await hub.Http.Post("integrations/test", new
        {
            scope_id = 1, integration_type = "acme_relay", configuration = new { relay = "127.0.0.1", relay_port = server.Port, account = "ann", key = MailHub.Password },
        })).Expect(200);
        result.GetProperty("success").GetBoolean().Should().BeTrue(result.ToString());
        Said(result, "client").Should().Contain("MAIL FROM:<ann@acme.example>");
    }
}
