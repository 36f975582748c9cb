using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Problems;

namespace Hub.SharedKernel.Budgets;

/// <summary>How much a call may take of what a provider allows.</summary>
public enum Urgency
{
    /// <summary>Runs, scheduled tests, workers: they leave a share to people.</summary>
    Background,

    /// <summary>Somebody waits for the answer.</summary>
    Manual,
}

/// <summary>On whose account calls are made.</summary>
/// <param name="Credential">Names a credential at a provider without telling it. Empty: nothing is counted, nothing waited for.</param>
/// <param name="Type">The integration type; it tells in which words the provider speaks of its limits.</param>
/// <param name="Urgency">Whether a person waits for it.</param>
public sealed record CallBudget(string Credential, string Type, Urgency Urgency);

/// <summary>429: the provider allows no call now, so none was made. The message is for people and says until when.</summary>
public sealed class BudgetSpentException(DateTimeOffset until, string detail) : HubException(429, "rate_limited", "The third party takes no calls now", detail)
{
    public DateTimeOffset Until { get; } = until;
}

/// <param name="Response">Whatever the provider answered.</param>
/// <param name="PausedUntil">Set when it asked to be left alone: nobody calls it again with this credential before.</param>
public sealed record BudgetedAnswer(OutboundResponse Response, DateTimeOffset? PausedUntil);
