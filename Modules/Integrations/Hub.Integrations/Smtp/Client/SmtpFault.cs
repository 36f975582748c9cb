using Hub.Integrations.Health;

namespace Hub.Integrations.Smtp.Client;

/// <summary>A conversation with a mail server that did not come to its end. The message is for people, and not redacted yet.</summary>
internal sealed class SmtpFault(string step, string reason, string message, SmtpReply? reply = null) : Exception(message)
{
    /// <summary>The step of a connection test that failed: dns, address_policy, connect, tls, auth or permission.</summary>
    public string Step { get; } = step;

    /// <summary>A <see cref="FailureReason"/>.</summary>
    public string Reason { get; } = reason;

    /// <summary>The refusal, if the server said one.</summary>
    public SmtpReply? Reply { get; } = reply;

    /// <summary>The message was sent completely and no verdict came: nobody knows whether it will be delivered.</summary>
    public bool Uncertain { get; init; }

    /// <summary>It is about this message or its recipients: the account works.</summary>
    public bool AboutMessage { get; init; }

    /// <summary>Those that the server does not deliver to, if that is why.</summary>
    public IReadOnlyList<RefusedRecipient> Recipients { get; init; } = [];

    /// <param name="step">The step of a test that it stops.</param>
    /// <param name="what">What was refused, as the begin of a sentence.</param>
    /// <param name="reply">The refusal.</param>
    /// <param name="permanent">The reason of a refusal for good.</param>
    public static SmtpFault Refused(string step, string what, SmtpReply reply, string permanent = FailureReason.ProviderError) =>
        new(step, ReasonOf(reply, permanent), $"{what} was refused: {reply.Words}", reply);

    private static string ReasonOf(SmtpReply reply, string permanent) => reply switch
    {
        { IsThrottling: true } => FailureReason.RateLimited,
        { IsTransient: true } => FailureReason.ProviderError,
        { Code: 530 or 534 or 535 or 538 } => FailureReason.Auth,
        _ => permanent,
    };
}
