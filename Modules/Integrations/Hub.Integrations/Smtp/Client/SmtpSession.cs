using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hub.Integrations.Health;
using Hub.Integrations.Smtp.Messages;

namespace Hub.Integrations.Smtp.Client;

/// <param name="Address">Who was refused.</param>
/// <param name="Reply">Why.</param>
internal sealed record RefusedRecipient(string Address, SmtpReply Reply);

/// <summary>One conversation with a mail server, as RFC 5321 has it, one command at a time. Any <see cref="SmtpFault"/> ends it.</summary>
internal sealed class SmtpSession(SmtpWire wire, SmtpServer server, SmtpExtensions offered, string banner) : IAsyncDisposable
{
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(2);

    /// <summary>What the server said first.</summary>
    public string Banner => banner;

    /// <exception cref="SmtpFault">There is no login, or not this one.</exception>
    public async Task Login()
    {
        if (server.Login is not { } login)
            return;
        wire.Step = "auth";
        if (server.Security is SmtpSecurity.None && login.Mechanism is SmtpMechanism.Auto or SmtpMechanism.XOAuth2)
            throw new SmtpFault("auth", FailureReason.Config, "Without encryption no credentials are sent. Choose starttls or tls; for a password on a network "
                + "that you trust, say plain or login as the login method.");
        await SmtpAuthentication.Run(wire, offered, login);
    }

    /// <param name="address">Of the sender.</param>
    /// <param name="size">Of the message in bytes; null when none will follow.</param>
    /// <exception cref="SmtpFault">The server does not let this sender send, or not so much.</exception>
    public async Task Sender(MailAddress address, long? size = null, bool utf8 = false)
    {
        wire.Step = "permission";
        if (size > offered.MaxSize)
            throw new SmtpFault("permission", FailureReason.Config, $"The message has {size} bytes and the server takes at most {offered.MaxSize}.")
            {
                AboutMessage = true,
            };
        if (utf8 && !offered.Utf8Addresses)
            throw new SmtpFault("permission", FailureReason.Config, "The server takes no addresses with characters beyond ASCII (it does not offer SMTPUTF8).")
            {
                AboutMessage = true,
            };
        var command = $"MAIL FROM:<{address.Wire}>"
            + (offered.Size && size is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" SIZE={bytes}") : "")
            + (utf8 && offered.EightBit ? " BODY=8BITMIME" : "") + (utf8 ? " SMTPUTF8" : "");
        var reply = await wire.Ask(command);
        if (!reply.IsPositive)
            throw SmtpFault.Refused("permission", $"The sender {address.Wire}", reply, FailureReason.Permission);
    }

    /// <returns>Those that the server does not deliver to.</returns>
    public async Task<IReadOnlyList<RefusedRecipient>> Recipients(IEnumerable<MailAddress> addresses)
    {
        var refused = new List<RefusedRecipient>();
        foreach (var address in addresses)
        {
            var reply = await wire.Ask($"RCPT TO:<{address.Wire}>");
            // 421: the server goes away now, and asks nothing of this address.
            if (reply.Code == 421)
                throw SmtpFault.Refused("permission", "The conversation", reply);
            if (!reply.IsPositive)
                refused.Add(new RefusedRecipient(address.Wire, reply));
        }

        return refused;
    }

    /// <param name="message">Complete, with its headers.</param>
    /// <returns>The server's words.</returns>
    /// <exception cref="SmtpFault">It was refused, or its fate is uncertain.</exception>
    public async Task<SmtpReply> Data(byte[] message)
    {
        var go = await wire.Ask("DATA");
        if (go.Code != 354)
            throw Refused(go);
        var verdict = await wire.Deliver(DotStuffing.Of(message), DotStuffing.End);
        return verdict.IsPositive ? verdict : throw Refused(verdict);

        SmtpFault Refused(SmtpReply reply)
        {
            var fault = SmtpFault.Refused("permission", "The message", reply);
            return new SmtpFault(fault.Step, fault.Reason, fault.Message, reply) { AboutMessage = !reply.IsTransient };
        }
    }

    /// <summary>Takes back a sender and recipients without a message, and says goodbye.</summary>
    public async Task Abandon()
    {
        await Farewell("RSET");
        await Farewell("QUIT");
    }

    public Task Quit() => Farewell("QUIT");

    // Whether the server answers does not matter any more.
    private async Task Farewell(string command)
    {
        try
        {
            await wire.Ask(command, limit: Parting);
        }
        catch (SmtpFault)
        {
        }
    }

    public ValueTask DisposeAsync() => wire.DisposeAsync();

    /// <summary>Greeting, EHLO and encryption, so that what follows is said to the right server and to nobody else.</summary>
    /// <param name="wire">Connected; with implicit TLS, already encrypted.</param>
    /// <param name="server">Which one.</param>
    /// <param name="secure">Makes a connection secure.</param>
    /// <param name="local">The hub's end of the connection.</param>
    public static async Task<SmtpSession> Begin(SmtpWire wire, SmtpServer server, Func<Stream, Task<Stream>> secure, EndPoint? local)
    {
        var greeting = await wire.Listen();
        if (greeting.Code != 220)
            throw SmtpFault.Refused(wire.Step, "The connection", greeting);
        var offered = await Hello(wire, local);
        if (server.Security is SmtpSecurity.StartTls)
        {
            wire.Step = "tls";
            if (!offered.StartTls)
                throw new SmtpFault("tls", FailureReason.Tls, $"{server.Host} does not offer STARTTLS on port {server.Port}. Nothing was sent in the clear.");
            var ready = await wire.Ask("STARTTLS");
            if (!ready.IsPositive)
                throw SmtpFault.Refused("tls", "STARTTLS", ready, FailureReason.Tls);
            wire.RequireSilence();
            wire.Secured(await secure(wire.Stream));
            wire.Step = "auth";
            // What was offered in the clear may be somebody else's offer.
            offered = await Hello(wire, local);
        }

        return new SmtpSession(wire, server, offered, greeting.Lines[0]);
    }

    private static async Task<SmtpExtensions> Hello(SmtpWire wire, EndPoint? local)
    {
        var reply = await wire.Ask($"EHLO {Literal(local)}");
        return reply.IsPositive ? new SmtpExtensions(reply) : throw SmtpFault.Refused(wire.Step, "EHLO", reply);
    }

    // RFC 5321, 4.1.3: who has no name of its own says its address.
    private static string Literal(EndPoint? local) => local switch
    {
        IPEndPoint { Address: { IsIPv4MappedToIPv6: true } mapped } => $"[{mapped.MapToIPv4()}]",
        IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address: var six } => $"[IPv6:{six.ToString().Split('%')[0]}]",
        IPEndPoint four => $"[{four.Address}]",
        _ => "[127.0.0.1]",
    };
}
