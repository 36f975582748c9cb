using Hub.Integrations.Health;
using Hub.Integrations.Smtp.Client;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Actions;

/// <summary>What a failed conversation with a mail server means for who wanted to send: 422 when it refused, 502 or 504 when it may do it later.</summary>
internal static class MailRefusal
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    /// <param name="fault">What happened.</param>
    /// <param name="detail">The same for the caller, redacted.</param>
    /// <param name="redacted">Takes secrets out of the server's words.</param>
    public static UpstreamException Of(SmtpFault fault, string detail, Func<string, string> redacted) => fault switch
    {
        { Uncertain: true } => new UpstreamException(fault.Reason is FailureReason.Timeout ? 504 : 502, "delivery_uncertain",
            $"{detail} The message was out already: it may be delivered or not.") { MayHaveHappened = true },
        { Recipients.Count: > 0 } => new UpstreamException(StatusOf(fault), "recipients_refused", detail)
        {
            RetryAfter = fault.Reply?.IsTransient == true ? Later : null,
            Extensions = new Dictionary<string, object?>
            {
                ["reason"] = fault.Reason,
                ["refused_recipients"] = fault.Recipients.Select(one => new { one.Address, Message = redacted(one.Reply.Words) }).ToArray(),
            },
        },
        _ => new UpstreamException(StatusOf(fault), fault.AboutMessage ? "message_refused" : $"smtp_{fault.Reason}", detail)
        {
            RetryAfter = fault.Reply?.IsTransient == true ? Later : null,
            Extensions = new Dictionary<string, object?> { ["reason"] = fault.Reason },
        },
    };

    private static int StatusOf(SmtpFault fault) => fault switch
    {
        { AboutMessage: true } => 422,
        { Reply: { IsTransient: false } } => 422,
        { Reason: FailureReason.Timeout } => 504,
        { Reason: FailureReason.Config or FailureReason.Auth, Reply: null } => 422,
        _ => 502,
    };
}
