using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Tests.Smtp;
using Hub.SharedKernel.Http;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Actions;

public sealed class EmailTests
{
    private const string NotConfigured = "SMTP integration not configured. Configure it at /integrations.";

    private static object Mail(long scope, object to, string subject = "Build failed", string? text = "Look here.", object? cc = null, string? html = null) =>
        new { scope_id = scope, to, cc, subject, text, html };

    private static object Plain(int port, string from = "hub@example.com") => MailHub.Configuration(port, "none", user: null, from: from);

    [Test]
    public async Task A_message_arrives_as_it_was_written()
    {
        await using var mailbox = await MailDev.Start();
        await using var hub = await MailHub.Start();
        var id = await MailHub.Integration(hub, 1, Plain(mailbox.Port));
        const string subject = "Größere Übung: 日本語のメール 👩‍🚀 und so weiter, bis die Zeile voll ist und noch ein Stück länger";
        const string text = "Grüße\n.\n..zwei Punkte\nFrom here: a = b; 100 % \ud83d\ude80\nEnde";
        var answer = (await hub.Http.Post("actions/email", Mail(
            1, new[] { "Ann Lee <ann@example.com>", "\"Ö, Bö\" <bo@example.com>" }, subject, text, cc: "c@example.com", html: "<p>Grüße &amp; Küsse</p>"))).Expect(200);
        answer.GetProperty("sent").GetBoolean().Should().BeTrue();
        answer.GetProperty("integration_id").GetInt64().Should().Be(id);

        var mail = (await HubFixture.Eventually(mailbox.Mail, all => all.Count > 0, "MailDev has parsed it")).Should().ContainSingle().Subject;
        mail.GetProperty("subject").GetString().Should().Be(subject);
        mail.GetProperty("text").GetString().Should().Be(text);
        mail.GetProperty("html").GetString().Should().Be("<p>Grüße &amp; Küsse</p>");
        mail.GetProperty("from")[0].GetProperty("name").GetString().Should().Be("Hüb, the \"first\"");
        mail.GetProperty("from")[0].GetProperty("address").GetString().Should().Be("hub@example.com");
        mail.GetProperty("to").EnumerateArray().Select(to => to.GetProperty("name").GetString()).Should().Equal("Ann Lee", "Ö, Bö");
        mail.GetProperty("cc")[0].GetProperty("address").GetString().Should().Be("c@example.com");
        $"<{mail.GetProperty("messageId").GetString()!.Trim('<', '>')}>".Should().Be(answer.GetProperty("message_id").GetString());
        answer.GetProperty("message_id").GetString().Should().EndWith("@example.com>");

        (await hub.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
        var audit = (await hub.Http.Get("audit?action=action.email_sent")).Expect(200).GetProperty("items")[0];
        audit.GetProperty("diff").GetProperty("recipients").GetInt32().Should().Be(3);
        audit.ToString().Should().NotContain("ann@example.com").And.NotContain("Build");
        string.Join('\n', hub.Logs.Lines).Should().NotContain("ann@example.com");
    }

    [Test]
    public async Task The_nearest_active_integration_sends_with_its_own_sender()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var manager = await hub.ClientWith("manager", tenant);
        var none = await manager.Post("actions/email", Mail(tenant, "ann@example.com"));
        none.Expect(409).GetProperty("code").GetString().Should().Be("not_configured");
        none.Json.GetProperty("detail").GetString().Should().Be(NotConfigured);

        await MailHub.Integration(hub, 1, Plain(server.Port, "platform@example.com"));
        (await manager.Post("actions/email", Mail(tenant, "ann@example.com"))).Expect(200);
        var own = await MailHub.Integration(hub, tenant, Plain(server.Port, "acme@example.com"));
        (await manager.Post("actions/email", Mail(tenant, "ann@example.com"))).Expect(200).GetProperty("integration_id").GetInt64().Should().Be(own);
        (await hub.Http.Patch($"integrations/{own}/status", new { enabled = false })).Expect(200);
        (await manager.Post("actions/email", Mail(tenant, "ann@example.com"))).Expect(200);
        (await server.Messages()).Select(message => message.GetProperty("from").GetString())
            .Should().Equal("platform@example.com", "acme@example.com", "platform@example.com");

        (await manager.Post("actions/email", Mail(1, "ann@example.com"))).Expect(404);
        (await (await hub.ClientWith("viewer", tenant)).Post("actions/email", Mail(tenant, "ann@example.com"))).Expect(403);
        (await manager.Get("audit?action=action.email_sent")).Expect(200).GetProperty("items").GetArrayLength()
            .Should().Be(3, "the tenant sees what was sent for it");
    }

    [Test]
    public async Task A_repeated_request_sends_once()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        await MailHub.Integration(hub, 1, Plain(server.Port));
        var first = await hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "once"));
        var second = await hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "once"));
        second.Expect(200).ToString().Should().Be(first.Expect(200).ToString());
        (await hub.Http.Post("actions/email", Mail(1, "bo@example.com"), ("Idempotency-Key", "once"))).Expect(409);
        (await server.Messages()).Should().ContainSingle();
    }

    [Test]
    public async Task A_client_that_gives_up_gets_the_answer_when_it_comes_back()
    {
        using var given = new CancellationTokenSource();
        var (deliveries, goOn) = (0, new TaskCompletionSource());
        await using var server = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 slow\r\n");
            while (await talk.Hear() is { } line)
            {
                if (line is "." && Interlocked.Increment(ref deliveries) == 1)
                {
                    await given.CancelAsync();
                    await goOn.Task;
                }

                if (line is "." || line.Split(' ')[0] is "EHLO" or "MAIL" or "RCPT" or "DATA")
                    await talk.Say(line is "DATA" ? "354 go\r\n" : "250 fine\r\n");
            }
        });
        await using var hub = await MailHub.Start();
        var id = await MailHub.Integration(hub, 1, Plain(server.Port));
        using var request = new HttpRequestMessage(HttpMethod.Post, "actions/email") { Content = JsonContent.Create(Mail(1, "ann@example.com"), options: HubJson.Options) };
        request.Headers.Add("Idempotency-Key", "back");
        await FluentActions.Awaiting(() => hub.Http.SendAsync(request, given.Token)).Should().ThrowAsync<OperationCanceledException>();
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "back"))).Expect(409)
            .GetProperty("code").GetString().Should().Be("idempotency_in_progress");
        goOn.SetResult();
        var answer = await HubFixture.Eventually(
            () => hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "back")), again => again.Status != 409, "the first one is done");
        answer.Expect(200).GetProperty("integration_id").GetInt64().Should().Be(id);
        deliveries.Should().Be(1);
    }

    [Test]
    public async Task A_message_whose_fate_is_unknown_is_not_sent_again_by_a_repetition()
    {
        var deliveries = 0;
        await using var server = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 hostile\r\n");
            while (await talk.Hear() is { } line)
            {
                if (line is "." && Interlocked.Increment(ref deliveries) > 0)
                    return;
                if (line.Split(' ')[0] is "EHLO" or "MAIL" or "RCPT" or "DATA")
                    await talk.Say(line is "DATA" ? "354 go\r\n" : "250 fine\r\n");
            }
        });
        await using var hub = await MailHub.Start();
        await MailHub.Integration(hub, 1, Plain(server.Port));
        for (var time = 0; time < 2; time++)
            (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "unsure"))).Expect(502)
                .GetProperty("code").GetString().Should().Be("delivery_uncertain");
        deliveries.Should().Be(1);
    }

    [Test]
    public async Task The_same_key_gives_the_same_message_id_when_nothing_was_kept()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        await MailHub.Integration(hub, 1, Plain(server.Port));
        await server.Set(new { refuse = new { data = new object[] { 451, "disk is full" } } });
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "again"))).Expect(502).GetProperty("code").GetString()
            .Should().Be("smtp_provider_error");
        await server.Set(new { refuse = new { } });
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"), ("Idempotency-Key", "again"))).Expect(200);
        (await server.Messages()).Should().ContainSingle();
    }

    [Test]
    public async Task A_refusal_is_told_in_the_servers_words_without_secrets()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        var id = await MailHub.Integration(hub, 1, MailHub.Configuration(server.Port));
        await server.Set(new { refuse = new { auth = new object[] { 535, $"5.7.8 no such user with {MailHub.Password}" } } });
        var refused = await hub.Http.Post("actions/email", Mail(1, "ann@example.com"));
        refused.Expect(422).GetProperty("code").GetString().Should().Be("smtp_auth");
        refused.Text.Should().Contain("5.7.8 no such user").And.NotContain(MailHub.Password);
        var health = (await hub.Http.Get($"integrations/{id}/health")).Expect(200);
        (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString()).Should().Be(("error", "auth"));
        (await hub.Http.Get("audit?action=action.email_sent")).Expect(200).GetProperty("items")[0].GetProperty("outcome").GetString()
            .Should().Be("failure");

        await server.Set(new { users = new Dictionary<string, string> { ["ann"] = MailHub.Password }, refuse = new { mail = new object[] { 550, "5.7.60 not your address" } } });
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"))).Expect(422).GetProperty("code").GetString().Should().Be("smtp_permission");
    }

    [Test]
    public async Task All_recipients_get_it_or_none()
    {
        await using var server = await MailHub.Server();
        await server.Set(new
        {
            refuse = new { rcpt = new Dictionary<string, object[]> { ["gone@example.com"] = [550, "5.1.1 no such user"], ["later@example.com"] = [450, "greylisted"] } },
        });
        await using var hub = await MailHub.Start();
        var id = await MailHub.Integration(hub, 1, Plain(server.Port));
        var refused = (await hub.Http.Post("actions/email", Mail(1, new[] { "ann@example.com", "gone@example.com" }, cc: "later@example.com")))
            .Expect(422);
        refused.GetProperty("code").GetString().Should().Be("recipients_refused");
        refused.GetProperty("refused_recipients").EnumerateArray().Select(one => one.GetProperty("address").GetString())
            .Should().Equal("gone@example.com", "later@example.com");
        refused.GetProperty("detail").GetString().Should().Contain("gone@example.com (550 5.1.1 no such user)");
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("health_status").GetString()
            .Should().Be("healthy", "the server works; the address does not");
        (await hub.Http.Post("actions/email", Mail(1, "later@example.com"))).Expect(502).GetProperty("code").GetString().Should().Be("recipients_refused");
        await server.Set(new { refuse = new { rcpt = new Dictionary<string, object[]> { ["far@elsewhere.example"] = [554, "5.7.1 relay access denied"] } } });
        (await hub.Http.Post("actions/email", Mail(1, "far@elsewhere.example"))).Expect(422).GetProperty("code").GetString()
            .Should().Be("recipients_refused");
        (await hub.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("reason").GetString()
            .Should().Be("permission", "no mail goes anywhere like this");
        (await server.Messages()).Should().BeEmpty();
    }

    [Test]
    public async Task A_server_that_is_away_or_hangs_is_502_or_504()
    {
        await using var hub = await MailHub.Start(setup => setup.Services += services =>
            services.Replace(ServiceDescriptor.Singleton(new SmtpPatience(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(2)))));
        var id = await MailHub.Integration(hub, 1, Plain(1));
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"))).Expect(502).GetProperty("code").GetString().Should().Be("smtp_network");
        await using var silent = HostileSmtp.Start(talk => Task.Delay(Timeout.Infinite, talk.End));
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { port = silent.Port } })).Expect(200);
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com"))).Expect(504).GetProperty("code").GetString().Should().Be("smtp_timeout");
    }

    [Test]
    public async Task An_inherited_integration_does_not_show_what_it_is_made_of()
    {
        await using var hub = await MailHub.Start();
        await MailHub.Integration(hub, 1, Plain(1));
        var tenant = await hub.CreateScope("tenant", "Acme");
        var refused = await (await hub.ClientWith("manager", tenant)).Post("actions/email", Mail(tenant, "ann@example.com"));
        refused.Expect(502).GetProperty("detail").GetString().Should().Contain("network").And.NotContain("127.0.0.1");
    }

    private static readonly object[] BadRequests =
    [
        new object[] { """{"scope_id":1,"to":"ann@example.com","subject":"a\r\nBcc: eve@example.com","text":"x"}""", "subject" },
        new object[] { """{"scope_id":1,"to":"ann@example.com","subject":"a\u0000b","text":"x"}""", "subject" },
        new object[] { """{"scope_id":1,"to":"ann@example.com\r\nRCPT TO:<eve@example.com>","subject":"a","text":"x"}""", "to" },
        new object[] { """{"scope_id":1,"to":["ann@example.com","Eve\nBcc: x <eve@example.com>"],"subject":"a","text":"x"}""", "to[1]" },
        new object[] { """{"scope_id":1,"to":"ann@example.com","cc":["nobody"],"subject":"a","text":"x"}""", "cc[0]" },
        new object[] { """{"scope_id":1,"to":"a@example.com, b@example.com","subject":"a","text":"x"}""", "to" },
        new object[] { """{"scope_id":1,"to":[],"subject":"a","text":"x"}""", "to" },
        new object[] { """{"scope_id":1,"to":7,"subject":"a","text":"x"}""", "to" },
        new object[] { """{"scope_id":1,"to":["a@example.com",7],"subject":"a","text":"x"}""", "to[1]" },
        new object[] { """{"scope_id":1,"subject":"a","text":"x"}""", "to" },
        new object[] { """{"scope_id":1,"to":"ann@example.com","text":"x"}""", "subject" },
        new object[] { """{"scope_id":1,"to":"ann@example.com","subject":"a"}""", "text" },
        new object[] { """{"to":"ann@example.com","subject":"a","text":"x"}""", "scope_id" },
        new object[] { """{"scope_id":1,"to":"ann@example.com","subject":"a","text":"x","bcc":"eve@example.com"}""", "bcc" },
        new object[] { """{"scope_id":1,"to":"\ud800@example.com","subject":"a","text":"x"}""", "to" },
    ];

    [Test]
    public async Task Bad_input_is_refused_with_the_field_named()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        await MailHub.Integration(hub, 1, Plain(server.Port));
        foreach (object[] bad in BadRequests)
        {
            var answer = await hub.Http.Post("actions/email", (string)bad[0]);
            answer.Status.Should().Be(400, (string)bad[0]);
            answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Should().Contain((string)bad[1], answer.Text);
        }

        (await hub.Http.Post("actions/email", """{"scope_id":1,"to":"ann@example.com","subject":"a\ud800","text":"x"}""")).Status.Should().Be(400);
        (await hub.Http.Post("actions/email", Mail(1, Enumerable.Range(0, 60).Select(n => $"n{n}@example.com"), cc: Enumerable.Range(0, 60)
            .Select(n => $"c{n}@example.com")))).Expect(400);
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com", text: new string('x', 10 * 1024 * 1024), html: "y"))).Expect(413);
        (await server.Messages()).Should().BeEmpty();
    }

    [Test]
    public async Task Addresses_beyond_ascii_and_large_messages_go_where_they_are_taken()
    {
        await using var server = await MailHub.Server();
        await using var hub = await MailHub.Start();
        await MailHub.Integration(hub, 1, Plain(server.Port));
        (await hub.Http.Post("actions/email", Mail(1, "jörg@bücher.example"))).Expect(200);
        (await hub.Http.Post("actions/email", Mail(1, "ann@example.com", text: new string('é', 2_000_000)))).Expect(200);
        var messages = await server.Messages();
        messages[0].GetProperty("to")[0].GetString().Should().StartWith("jörg@");
        messages[0].GetProperty("arguments").GetProperty("SMTPUTF8").GetBoolean().Should().BeTrue();
        var raw = Convert.FromBase64String(messages[1].GetProperty("raw").GetString()!);
        new ParsedMail(raw).Text.Should().HaveLength(2_000_000);
        messages[1].GetProperty("arguments").GetProperty("SIZE").GetString().Should().Be($"{raw.Length}");
        Encoding.ASCII.GetString(raw).Split("\r\n").Should().OnlyContain(line => line.Length <= 78);
    }
}
