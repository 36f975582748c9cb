using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>Sends a mail of the hub's own through the <c>smtp</c> integration that serves a scope. For workers: outside of transactions, without a caller.</summary>
/// <param name="ScopeId">For whom.</param>
/// <param name="ScopePath">That scope's path, root first.</param>
/// <param name="To">One bare address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Id">Makes the Message-ID: the same for every try, so that mail systems know a repetition.</param>
public sealed record SendMail(long ScopeId, IReadOnlyList<long> ScopePath, string To, string Subject, string Text, Guid Id) : IRequest<MailSent>
{
    public override string ToString() => $"SendMail of scope {ScopeId}";
}

/// <param name="Problem">Why it was not sent, redacted; null when the mail server has taken it.</param>
/// <param name="Final">Another try would not do better: the address is refused, or it may be delivered already.</param>
public sealed record MailSent(string? Problem, bool Final);
