using Hub.Integrations.Health;
using Hub.Integrations.Smtp.Client;
using Hub.Integrations.Smtp.Messages;

namespace Hub.Integrations.Smtp;

/// <summary>Hands one message to a mail server: to all its recipients, or to none.</summary>
internal sealed class MailSender(SmtpClient client, SmtpPatience patience)
{
    /// <param name="account">Through which server, and as whom.</param>
    /// <param name="message">What.</param>
    /// <param name="transcript">Gets what is said.</param>
    /// <param name="ct">The caller gives up; without effect once the message is out.</param>
    /// <returns>The server's words of acceptance.</returns>
    /// <exception cref="SmtpFault">It was not accepted, or nobody knows.</exception>
    public async Task<string> Send(SmtpAccount account, MailMessage message, SmtpTranscript transcript, CancellationToken ct)
    {
        var bytes = MessageWriter.Write(message);
        await using var session = await client.Open(account.Server, patience, transcript, null, ct);
        await session.Login();
        await session.Sender(message.From, bytes.Length, message.NeedsUtf8);
        var refused = await session.Recipients(message.Recipients);
        if (refused.Count > 0)
        {
            await session.Abandon();
            throw Refused(refused);
        }

        var accepted = await session.Data(bytes);
        await session.Quit();
        return accepted.Words;
    }

    private static SmtpFault Refused(IReadOnlyList<RefusedRecipient> refused)
    {
        var worst = refused.FirstOrDefault(recipient => !recipient.Reply.IsTransient) ?? refused[0];
        var fault = SmtpFault.Refused("permission", "A recipient", worst.Reply, FailureReason.Permission);
        var names = string.Join("; ", refused.Take(10).Select(recipient => $"{recipient.Address} ({recipient.Reply.Words})"));
        return new SmtpFault(fault.Step, fault.Reason, $"Nothing was sent, because these recipients were refused: {names}.", worst.Reply)
        {
            Recipients = refused,
            AboutMessage = worst.Reply is { IsTransient: false, IsAboutSender: false },
        };
    }
}
