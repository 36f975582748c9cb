using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>How a look at a registration ended.</summary>
/// <param name="State">unmanaged, ok or problem; whether something was repaired is told by the findings.</param>
/// <param name="Reason">Why it is a problem, for the health.</param>
/// <param name="Message">The same for people.</param>
/// <param name="Passing">Whether it may be over soon.</param>
/// <param name="RetryAfter">How long the provider asked to be left alone.</param>
/// <param name="Rests">There is nothing to look at again until something changes.</param>
internal sealed record CheckEnd(string State, string? Reason, string? Message, bool Passing, TimeSpan? RetryAfter, bool Rests)
{
    private const string Disabled = "The integration is disabled: its webhook stays at the provider, and what it delivers is refused.";

    public static readonly CheckEnd Kept = new(RegistrationState.Ok, null, null, false, null, false);
    public static readonly CheckEnd NotWanted = new(RegistrationState.Unmanaged, null, null, false, null, true);
    public static readonly CheckEnd OfDisabled = new(RegistrationState.Unmanaged, null, Disabled, false, null, true);

    public static CheckEnd Failed(string reason, string message, bool passing, TimeSpan? retryAfter = null) =>
        new(RegistrationState.Problem, reason, message, passing, retryAfter, false);

    public static CheckEnd Failed(ProviderFailure failure) => Failed(failure.Reason, failure.Message, failure.Passing, failure.RetryAfter);

    /// <summary>The hub does not keep the webhook any more and could not take it away; it tries a few times.</summary>
    public static CheckEnd NotRemoved(ProviderFailure failure, bool last) => new(
        RegistrationState.Unmanaged, failure.Reason, $"The webhook could not be removed; remove it there by hand. {failure.Message}", failure.Passing,
        failure.RetryAfter, last || !failure.Passing);
}

internal static class RegistrationState
{
    public const string Unmanaged = "unmanaged";
    public const string Ok = "ok";
    public const string Repaired = "repaired";
    public const string Problem = "problem";
}
