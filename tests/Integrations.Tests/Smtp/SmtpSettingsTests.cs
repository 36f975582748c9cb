using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Smtp;

public sealed class SmtpSettingsTests
{
    [Test]
    public async Task Settings_make_change_and_show_the_integration_of_exactly_one_scope()
    {
        await using var hub = await MailHub.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var project = await hub.CreateProject("Payments", tenant);
        (await hub.Http.Get($"smtp-settings?scope_id={tenant}")).Expect(404).GetProperty("code").GetString().Should().Be("not_configured");
        var made = (await hub.Http.Put($"smtp-settings?scope_id={tenant}", new
        {
            host = "mail.example.com", from_address = "hub@example.com", username = "ann", password = MailHub.Password,
        })).Expect(201);
        var id = made.GetProperty("integration_id").GetInt64();
        (made.GetProperty("port").GetInt32(), made.GetProperty("security").GetString(), made.GetProperty("password").GetString())
            .Should().Be((587, "starttls", "[ENCRYPTED]"));
        (made.GetProperty("inherited").GetBoolean(), made.GetProperty("scope_id").GetInt64(), made.GetProperty("status").GetString())
            .Should().Be((false, tenant, "active"));
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("name").GetString().Should().Be("SMTP");

        var below = (await hub.Http.Get($"smtp-settings?scope_id={project}")).Expect(200);
        (below.GetProperty("inherited").GetBoolean(), below.GetProperty("integration_id").GetInt64(), below.GetProperty("scope_id").GetInt64())
            .Should().Be((true, id, tenant));
        var seenBelow = (await (await hub.ClientWith("viewer", project)).Get($"smtp-settings?scope_id={project}")).Expect(200);
        seenBelow.GetProperty("host").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null, "it belongs to a scope above the viewer's");

        var changed = (await hub.Http.Put($"smtp-settings?scope_id={tenant}", new
        {
            host = "mail.example.com", from_address = "new@example.com", port = 465, security = "tls", username = "ann", password = "[ENCRYPTED]", reply_to = "team@example.com",
        })).Expect(200);
        (changed.GetProperty("integration_id").GetInt64(), changed.GetProperty("password").GetString()).Should().Be((id, "[ENCRYPTED]"));
        (await hub.Http.Put($"smtp-settings?scope_id={tenant}", new { host = "mail.example.com", from_address = "new@example.com" })).Expect(200)
            .GetProperty("password").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null, "what is not sent is not set");
        var own = (await hub.Http.Put($"smtp-settings?scope_id={project}", new { host = "other.example.com", from_address = "p@example.com" }))
            .Expect(201);
        own.GetProperty("integration_id").GetInt64().Should().NotBe(id);
        (await hub.Http.Get("audit?action=integration.created")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);
    }

    [Test]
    public async Task Mistakes_are_named_by_their_field()
    {
        await using var hub = await MailHub.Start();
        var wrong = (await hub.Http.Put("smtp-settings?scope_id=1", new { host = "mail server", from_address = "nobody", security = "maybe" }))
            .Expect(400);
        wrong.GetProperty("errors").EnumerateObject().Select(error => error.Name).Should().BeEquivalentTo("host", "from_address", "security");
        (await hub.Http.Put("smtp-settings?scope_id=1", new { host = "mail.example.com" })).Expect(400).GetProperty("errors")
            .TryGetProperty("from_address", out _).Should().BeTrue();
        (await hub.Http.Put("smtp-settings", new { host = "mail.example.com", from_address = "a@example.com" })).Expect(400).GetProperty("errors")
            .TryGetProperty("scope_id", out _).Should().BeTrue();
        (await hub.Http.Put("smtp-settings?scope_id=1", new { server = "x" })).Expect(400).GetProperty("code").GetString().Should().Be("unknown_field");
        (await hub.Http.Put("smtp-settings?scope_id=1", new { host = "mail.example.com", from_address = "a@example.com" }, ("If-Match", "\"7\"")))
            .Expect(412);
    }

    [Test]
    public async Task Another_tenant_and_a_viewer_are_kept_out()
    {
        await using var hub = await MailHub.Start();
        var (tenant, other) = (await hub.CreateScope("tenant", "Acme"), await hub.CreateScope("tenant", "Other"));
        var body = new { host = "mail.example.com", from_address = "a@example.com" };
        var stranger = await hub.ClientWith("admin", other);
        (await stranger.Get($"smtp-settings?scope_id={tenant}")).Expect(404);
        (await stranger.Put($"smtp-settings?scope_id={tenant}", body)).Expect(404);
        (await stranger.Post("smtp-settings/test", new { scope_id = tenant, to = "ann@example.com" })).Expect(404);
        (await (await hub.ClientWith("viewer", tenant)).Put($"smtp-settings?scope_id={tenant}", body)).Expect(403);
    }

    [Test]
    public async Task A_test_sends_a_real_message_and_tells_what_was_said()
    {
        await using var mailbox = await MailDev.Start();
        await using var hub = await MailHub.Start();
        (await hub.Http.Post("smtp-settings/test", new { scope_id = 1, to = "ann@example.com" })).Expect(409).GetProperty("code").GetString()
            .Should().Be("not_configured");
        (await hub.Http.Put("smtp-settings?scope_id=1", new { host = "127.0.0.1", port = mailbox.Port, security = "none", from_address = "hub@example.com" })).Expect(201);
        var sent = (await hub.Http.Post("smtp-settings/test", new { scope_id = 1, to = "Ann <ann@example.com>" })).Expect(200);
        sent.GetProperty("success").GetBoolean().Should().BeTrue(sent.ToString());
        sent.GetProperty("transcript").EnumerateArray().Select(line => line.GetProperty("line").GetString())
            .Should().Contain("RCPT TO:<ann@example.com>").And.Contain("QUIT");
        var mail = (await HubFixture.Eventually(mailbox.Mail, all => all.Count > 0, "MailDev has parsed it"))[0];
        mail.GetProperty("subject").GetString().Should().Be("Test message of the Integration Hub");

        (await hub.Http.Put("smtp-settings?scope_id=1", new { host = "127.0.0.1", port = mailbox.Port, from_address = "hub@example.com" })).Expect(200);
        var failed = (await hub.Http.Post("smtp-settings/test", new { scope_id = 1, to = "ann@example.com" })).Expect(200);
        (failed.GetProperty("success").GetBoolean(), failed.GetProperty("code").GetString()).Should().Be((false, "smtp_tls"));
        (await hub.Http.Post("smtp-settings/test", new { scope_id = 1, to = "ann" })).Expect(400);
    }
}
