using System.Text;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Smtp;

public sealed class MessageTests
{
    private static readonly DateTimeOffset Date = new(2026, 3, 5, 9, 7, 1, TimeSpan.FromHours(2));

    // Any Unicode text: letters, spaces, what headers and encodings are made of, and characters of every plane.
    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.Elements("a", " ", "  ", "=", "=?utf-8?B?YQ==?=", "\"", "\\", ".", "From ", "é", "ß", "日本", "👩‍🚀", "\u202e", "\u00a0", "=_", "--", ",", "<x@y>"),
            Gen.Choose(0x20, 0x2ffff).Where(code => code is < 0xd800 or > 0xdfff).Select(char.ConvertFromUtf32),
            Gen.Choose(0x21, 0x7e).ArrayOf(80).Select(codes => string.Concat(codes.Select(code => (char)code))))
        .ListOf().Select(pieces => string.Concat(pieces));

    private static readonly Gen<string> Lines = Gen.OneOf(Texts, Gen.Elements("\r\n", "\n", "\r", ".\n", "\n.", "\r\n.\r\n", "\t", " \n", "\0", "\u2028"))
        .ListOf().Select(pieces => string.Concat(pieces));

    private static MailAddress Address(string text) => MailAddress.Parse(text, out var wrong) ?? throw new FormatException(wrong);

    private static MailMessage Message(string subject, string? text, string? html = null, string? name = null) => new(
        "7f3a@example.com", Date, Address("hub@example.com") with { Name = name }, null, [Address("ann@example.com")], [], subject, text, html);

    [Test]
    public void Subject_and_names_come_back_whatever_they_are() => Prop.ForAll(Texts.Where(text => !text.Any(char.IsControl)).ToArbitrary(), text =>
    {
        var bytes = MessageWriter.Write(Message(text, "x", name: text.Trim().Length > 0 && text.Length < 200 ? text.Trim() : null));
        var mail = new ParsedMail(bytes);
        mail.Header("Subject").Should().Be(text);
        if (text.Trim().Length > 0 && text.Length < 200)
            NameOf(mail.Raw("From")!).Should().Be(text.Trim());
        mail.Names.Should().Equal("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding");
        Head(bytes).Split("\r\n").Should().OnlyContain(line => IsPlain(line, ""));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Test]
    public void Text_and_html_come_back_whatever_they_are() => Prop.ForAll(Lines.Two().ToArbitrary(), texts =>
    {
        var both = MessageWriter.Write(Message("x", texts.Item1, texts.Item2));
        var mail = new ParsedMail(both);
        mail.Text.Should().Be(Broken(texts.Item1));
        mail.Html.Should().Be(Broken(texts.Item2));
        new ParsedMail(MessageWriter.Write(Message("x", texts.Item1))).Text.Should().BeOneOf(Broken(texts.Item1), Broken(texts.Item1) + "\r\n");
        Encoding.ASCII.GetString(both).Split("\r\n").Should().OnlyContain(line => IsPlain(line, "\t"));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Test]
    public void A_message_ends_where_it_ends_and_nowhere_before() => Prop.ForAll(Lines.ToArbitrary(), text =>
    {
        var wire = Encoding.UTF8.GetString(DotStuffing.Of(Encoding.UTF8.GetBytes(text))) + ".\r\n";
        ("\r\n" + wire).IndexOf("\r\n.\r\n", StringComparison.Ordinal).Should().Be(wire.Length - 3);
        wire.Replace("\r\n", "", StringComparison.Ordinal).Should().NotContainAny("\r", "\n");
        var received = wire[..^3].Split("\r\n").Select(line => line.StartsWith('.') ? line[1..] : line);
        string.Join("\r\n", received).Should().Be(Broken(text).Length == 0 || Broken(text).EndsWith("\r\n", StringComparison.Ordinal) ? Broken(text) : Broken(text) + "\r\n");
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Test]
    public void A_plain_message_is_readable_as_it_is()
    {
        var message = Message("Build 7 failed", "Look here.\n", name: "Integration Hub") with
        {
            ReplyTo = Address("team@example.com"), To = [Address("\"Lee, Ann\" <ann@example.com>"), Address("Bö <bo@bücher.example>")], Cc = [Address("c@example.com")],
        };
        Encoding.ASCII.GetString(MessageWriter.Write(message)).Should().Be(
            """
            Date: Thu, 05 Mar 2026 07:07:01 +0000
            From: "Integration Hub" <hub@example.com>
            Reply-To: team@example.com
            To: "Lee, Ann" <ann@example.com>,
             =?utf-8?B?QsO2?= <bo@xn--bcher-kva.example>
            Cc: c@example.com
            Subject: Build 7 failed
            Message-ID: <7f3a@example.com>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Look here.

            """.ReplaceLineEndings("\r\n"));
    }

    [TestCase("ann@example.com", null, "ann@example.com")]
    [TestCase(" Ann Lee <ann@example.com> ", "Ann Lee", "ann@example.com")]
    [TestCase("\"Lee \\\"A\\\\\" <ann@example.com>", "Lee \"A\\", "ann@example.com")]
    [TestCase("jörg@bücher.example", null, "jörg@xn--bcher-kva.example")]
    [TestCase("o'neil+tag@localhost", null, "o'neil+tag@localhost")]
    public void An_address_is_read(string text, string? name, string wire) =>
        Address(text).Should().BeEquivalentTo(new { Name = name, Wire = wire });

    [TestCase("")]
    [TestCase("ann")]
    [TestCase("@example.com")]
    [TestCase("ann@")]
    [TestCase("ann@exa mple.com")]
    [TestCase("an n@example.com")]
    [TestCase("ann@example.com> SIZE=1")]
    [TestCase("a..b@example.com")]
    [TestCase("ann@[127.0.0.1]")]
    [TestCase("ann@127.0.0.1")]
    [TestCase("a@example.com, b@example.com")]
    [TestCase("ann@example.com\r\nRCPT TO:<eve@example.com>")]
    [TestCase("Ann\nBcc: eve@example.com <ann@example.com>")]
    [TestCase("ann\u0085@example.com")]
    [TestCase("ann\u200b@example.com")]
    public void What_is_no_address_is_refused(string text)
    {
        MailAddress.Parse(text, out var wrong).Should().BeNull();
        wrong.Should().NotBeNullOrEmpty();
    }

    [Test]
    public void A_control_character_that_came_through_is_never_written()
    {
        var forged = Address("ann@example.com") with { Local = "ann@example.com\r\nBcc: eve" };
        FluentActions.Invoking(() => MessageWriter.Write(Message("x", "y") with { To = [forged] })).Should().Throw<InvalidOperationException>();
        new ParsedMail(MessageWriter.Write(Message("x\r\nBcc: eve@example.com", "y"))).Names.Should().NotContain("Bcc");
        MailAddress.Parse("\ud800@example.com", out var wrong).Should().BeNull();
        wrong.Should().Contain("Unicode");
    }

    private static string Head(byte[] message) => Encoding.UTF8.GetString(message).Split("\r\n\r\n")[0];

    private static string Broken(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string NameOf(string raw)
    {
        var name = raw[..raw.LastIndexOf(" <", StringComparison.Ordinal)];
        return name.StartsWith('"')
            ? name[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)
            : ParsedMail.Decoded(name);
    }

    private static bool IsPlain(string line, string alsoAllowed) =>
        line.Length <= 78 && line.All(c => (c >= ' ' && c <= '~') || alsoAllowed.Contains(c, StringComparison.Ordinal));
}
