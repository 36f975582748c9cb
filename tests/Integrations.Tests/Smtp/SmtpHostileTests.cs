using System.Text;
using FluentAssertions;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;
using Hub.SharedKernel.Outbound;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Smtp;

public sealed class SmtpHostileTests
{
    private static readonly SmtpPatience Short = new(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(3));
    private static readonly SmtpPatience Long = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
    private static readonly MailAddress Ann = new(null, "ann", "example.com");
    private static readonly SmtpLogin Password = new("ann", "secret-of-ann", SmtpMechanism.Auto);

    private SmtpTranscript transcript = new();

    [SetUp]
    public void Fresh() => transcript = new SmtpTranscript();

    private static SmtpClient Client(params string[] networks) => new(new OutboundSockets(
        new AddressPolicy(networks.Length == 0 ? ["127.0.0.0/8"] : networks), new OutboundWiring { Roots = [Certificates.Good] }));

    private Task<SmtpSession> Open(int port, SmtpSecurity security = SmtpSecurity.None, SmtpLogin? login = null, SmtpPatience? patience = null) =>
        Client().Open(new SmtpServer("127.0.0.1", port, security, login), patience ?? Long, transcript, null, CancellationToken.None);

    private async Task<SmtpFault> Fault(
        Func<HostileSmtp.Talk, Task> behaviour, SmtpSecurity security = SmtpSecurity.None, SmtpPatience? patience = null, SmtpLogin? login = null)
    {
        await using var server = HostileSmtp.Start(behaviour);
        return await Fault(server, security, patience, login);
    }

    private async Task<SmtpFault> Fault(HostileSmtp server, SmtpSecurity security = SmtpSecurity.None, SmtpPatience? patience = null, SmtpLogin? login = null) =>
        (await FluentActions.Awaiting(() => Send(server, security, patience, login)).Should().ThrowAsync<SmtpFault>()).Which;

    private async Task Send(
        HostileSmtp server, SmtpSecurity security = SmtpSecurity.None, SmtpPatience? patience = null, SmtpLogin? login = null, string body = "x\r\n")
    {
        await using var session = await Open(server.Port, security, login, patience);
        await session.Login();
        await session.Sender(Ann, body.Length);
        (await session.Recipients([Ann])).Should().BeEmpty();
        await session.Data(Encoding.ASCII.GetBytes(body));
        await session.Quit();
    }

    [Test]
    public async Task A_banner_that_never_ends_is_given_up()
    {
        var fault = await Fault(async talk =>
        {
            while (true)
                await talk.Say("220-welcome\r\n");
        });
        fault.Should().BeEquivalentTo(new { Step = "connect", Reason = "provider_error" });
        fault.Message.Should().Contain("more than 100 lines");
        transcript.Lines.Should().HaveCountLessThan(201);
    }

    [Test]
    public async Task A_line_that_never_ends_is_given_up() => (await Fault(async talk =>
    {
        while (true)
            await talk.Say(new string('2', 4000));
    })).Message.Should().Contain("more than 2048 bytes");

    [Test]
    public async Task A_reply_that_drips_does_not_hold_the_hub() => (await Fault(async talk =>
    {
        while (true)
        {
            await talk.Say("2");
            await Task.Delay(50, talk.End);
        }
    }, patience: Short)).Reason.Should().Be("timeout");

    [Test]
    public async Task A_server_that_says_nothing_is_given_up() =>
        (await Fault(talk => Task.Delay(Timeout.Infinite, talk.End), patience: Short))
            .Should().BeEquivalentTo(new { Step = "connect", Reason = "timeout" });

    [Test]
    public async Task A_server_that_is_just_quick_enough_each_time_is_given_up_in_the_end()
    {
        var fault = await Fault(async talk =>
        {
            await talk.Say("220 slow\r\n");
            while (await talk.Hear() is not null)
            {
                await Task.Delay(250, talk.End);
                await talk.Say("250 fine\r\n");
            }
        }, patience: new SmtpPatience(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(600)));
        fault.Reason.Should().Be("timeout");
    }

    [TestCase("HTTP/1.1 400 Bad Request\r\n")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n")]
    [TestCase("\u0016\u0003\u0001\u0002\n")]
    [TestCase("220-one\r\n250 two\r\n")]
    [TestCase("999 what\r\n")]
    [TestCase("220_what\r\n")]
    [TestCase("\r\n")]
    public async Task What_is_no_reply_is_called_so(string banner) => (await Fault(talk => talk.Say(banner))).Message.Should().Contain("no SMTP reply");

    [Test]
    public async Task A_reply_in_pieces_is_put_together()
    {
        await using var server = HostileSmtp.Start(async talk =>
        {
            foreach (var piece in "220-first|\r|\n22|0 sec|ond\r\n".Split('|'))
            {
                await talk.Say(piece);
                await Task.Delay(20, talk.End);
            }

            while (await talk.Hear() is { } line)
                await talk.Say(line is "DATA" ? "354\r\n" : "250\r\n");
        });
        await using var session = await Open(server.Port);
        session.Banner.Should().Be("first");
        await session.Sender(Ann);
    }

    [Test]
    public async Task A_server_that_closes_early_is_told() => (await Fault(talk => talk.Say("220 hello\r\n"))).Reason.Should().Be("network");

    [TestCase("421 4.3.2 too many connections\r\n", "rate_limited")]
    [TestCase("554 no service for you\r\n", "provider_error")]
    public async Task A_greeting_that_refuses_has_a_reason(string banner, string reason) =>
        (await Fault(talk => talk.Say(banner))).Should().BeEquivalentTo(new { Reason = reason, Step = "connect" });

    [Test]
    public async Task Starttls_is_never_done_without()
    {
        await using var server = HostileSmtp.Polite();
        (await Fault(server, SmtpSecurity.StartTls, login: Password)).Should().BeEquivalentTo(new { Step = "tls", Reason = "tls" });
        server.Heard.Should().NotContain(line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Test]
    public async Task Starttls_that_is_refused_ends_it()
    {
        await using var server = HostileSmtp.Polite("250-STARTTLS\r\n", ("STARTTLS", "454 not now\r\n"));
        (await Fault(server, SmtpSecurity.StartTls)).Step.Should().Be("tls");
    }

    [Test]
    public async Task Replies_injected_before_tls_are_not_believed()
    {
        await using var server = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 hostile\r\n");
            await talk.Hear();
            await talk.Say("250-hostile\r\n250 STARTTLS\r\n");
            await talk.Hear();
            await talk.Say("220 go ahead\r\n250-hostile\r\n250 AUTH PLAIN\r\n");
            await talk.Encrypt(Certificates.Good);
            while (await talk.Hear() is not null)
                await talk.Say("250 fine\r\n");
        });
        var fault = await Fault(server, SmtpSecurity.StartTls, login: Password);
        fault.Reason.Should().Be("tls");
        fault.Message.Should().Contain("before TLS");
        server.Heard.Should().NotContain(line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Test]
    public async Task What_was_offered_in_the_clear_does_not_count_after_tls()
    {
        await using var server = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 hostile\r\n");
            await talk.Hear();
            await talk.Say("250-hostile\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
            await talk.Hear();
            await talk.Say("220 go ahead\r\n");
            await talk.Encrypt(Certificates.Good);
            while (await talk.Hear() is not null)
                await talk.Say("250-hostile\r\n250 AUTH CRAM-MD5\r\n");
        });
        (await Fault(server, SmtpSecurity.StartTls, login: Password)).Message.Should().Contain("it offers CRAM-MD5");
    }

    [TestCase("Auto")]
    [TestCase("XOAuth2")]
    public async Task Credentials_are_not_sent_in_the_clear(string mechanism)
    {
        await using var server = HostileSmtp.Polite("250-AUTH PLAIN LOGIN XOAUTH2\r\n");
        (await Fault(server, login: Password with { Mechanism = Enum.Parse<SmtpMechanism>(mechanism) })).Reason.Should().Be("config");
        server.Heard.Should().NotContain(line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_server_that_asks_for_ever_at_login_is_refused()
    {
        await using var server = HostileSmtp.Polite(
            "250-AUTH LOGIN\r\n", ("AUTH", "334 VXNlcm5hbWU6\r\n"), ("YW5u", "334 UGFzc3dvcmQ6\r\n"), ("c2Vj", "334 bW9yZQ==\r\n"));
        (await Fault(server, login: Password with { Mechanism = SmtpMechanism.Login }))
            .Should().BeEquivalentTo(new { Step = "auth", Reason = "provider_error" });
        string.Join('\n', transcript.Lines.Select(line => line.Line)).Should().NotContain("c2VjcmV0").And.NotContain("YW5u").And.Contain("[redacted]");
    }

    [Test]
    public async Task More_replies_than_questions_are_not_believed()
    {
        await using var server = HostileSmtp.Polite(replies: [("MAIL", "250 fine\r\n250 fine\r\n354 go\r\n250 taken\r\n")]);
        (await Fault(server)).Message.Should().Contain("more replies");
    }

    [Test]
    public async Task A_connection_that_ends_before_the_last_dot_is_a_plain_failure()
    {
        await using var server = HostileSmtp.Polite(replies: [("DATA", "")]);
        (await Fault(server)).Should().BeEquivalentTo(new { Uncertain = false, Reason = "network" });
    }

    [Test]
    public async Task A_connection_that_ends_in_the_middle_of_a_message_is_a_plain_failure()
    {
        await using var server = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 hostile\r\n");
            while (await talk.Hear() is { } line && line is not "x")
                await talk.Say(line is "DATA" ? "354 go\r\n" : "250 fine\r\n");
        });
        var large = string.Concat(Enumerable.Repeat("x\r\n", 3_000_000));
        (await FluentActions.Awaiting(() => Send(server, body: large)).Should().ThrowAsync<SmtpFault>()).Which
            .Should().BeEquivalentTo(new { Uncertain = false, Reason = "network" });
    }

    [Test]
    public async Task A_server_that_leaves_among_the_recipients_is_no_refusal_of_them()
    {
        await using var server = HostileSmtp.Polite(replies: [("RCPT", "421 4.7.0 too many errors, goodbye\r\n")]);
        (await Fault(server)).Should().BeEquivalentTo(new { Reason = "rate_limited", AboutMessage = false });
    }

    [Test]
    public async Task A_connection_that_ends_after_the_last_dot_leaves_it_uncertain()
    {
        await using var server = HostileSmtp.Polite(replies: [(".", "")]);
        (await Fault(server)).Should().BeEquivalentTo(new { Uncertain = true, Reason = "network" });
    }

    [TestCase("452 4.2.2 mailbox quota exceeded\r\n", "rate_limited")]
    [TestCase("451 try again\r\n", "provider_error")]
    [TestCase("554 5.7.1 spam\r\n", "provider_error")]
    public async Task A_verdict_is_certain(string verdict, string reason)
    {
        await using var server = HostileSmtp.Polite(replies: [(".", verdict)]);
        (await Fault(server)).Should().BeEquivalentTo(new { Uncertain = false, Reason = reason });
    }

    [Test]
    public async Task A_caller_cannot_call_a_message_back_that_is_out()
    {
        using var caller = new CancellationTokenSource();
        await using var server = HostileSmtp.Start(async talk =>
        {
            await talk.Say("220 hostile\r\n");
            while (await talk.Hear() is { } line)
                if (line is ".")
                {
                    await caller.CancelAsync();
                    await talk.Say("250 taken\r\n");
                }
                else if (line is not "x")
                    await talk.Say(line is "DATA" ? "354 go\r\n" : "250 fine\r\n");
        });
        await using var session = await Client().Open(
            new SmtpServer("127.0.0.1", server.Port, SmtpSecurity.None, null), Long, transcript, null, caller.Token);
        await session.Sender(Ann);
        await session.Recipients([Ann]);
        (await session.Data("x\r\n"u8.ToArray())).Words.Should().Be("250 taken");
    }

    [Test]
    public async Task A_message_larger_than_the_server_takes_is_not_begun()
    {
        await using var server = HostileSmtp.Polite("250-SIZE 10\r\n");
        (await FluentActions.Awaiting(() => Send(server, body: "more than ten\r\n")).Should().ThrowAsync<SmtpFault>()).Which.Message
            .Should().Contain("at most 10");
        server.Heard.Should().NotContain(line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Test]
    public async Task An_address_beyond_ascii_needs_a_server_that_takes_it()
    {
        await using var server = HostileSmtp.Polite();
        await using var session = await Open(server.Port);
        (await FluentActions.Awaiting(() => session.Sender(new MailAddress(null, "jörg", "example.com"), 1, utf8: true)).Should().ThrowAsync<SmtpFault>())
            .Which.Message.Should().Contain("SMTPUTF8");
    }

    [Test]
    public async Task Private_addresses_and_port_25_are_refused_unless_opened()
    {
        var closed = new SmtpClient(new OutboundSockets(new AddressPolicy([])));
        (await Refusal(closed, "10.0.0.1", 587)).Should().Be(("address_policy", "config"));
        (await Refusal(closed, "8.8.8.8", 25)).Should().Be(("address_policy", "config"));
        (await Refusal(Client(), "127.0.0.1", 25)).Step.Should().Be("connect", "the operator opened it, and nobody listens");
        (await Refusal(Client(), "nowhere.invalid", 587)).Should().Be(("dns", "network"));
    }

    private async Task<(string Step, string Reason)> Refusal(SmtpClient client, string host, int port)
    {
        var fault = (await FluentActions.Awaiting(() => client.Open(new SmtpServer(host, port, SmtpSecurity.StartTls, null), Short, transcript, null, default))
            .Should().ThrowAsync<SmtpFault>()).Which;
        return (fault.Step, fault.Reason);
    }
}
