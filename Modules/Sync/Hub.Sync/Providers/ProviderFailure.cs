namespace Hub.Sync.Providers;

/// <summary>Why a call to a third party brought nothing. The message is for people: what happened and what to do, without secrets.</summary>
/// <param name="reason">auth, permission, not_found, rate_limited, network, tls, timeout, provider_error or config.</param>
/// <param name="message">Redacted.</param>
/// <param name="passing">Whether the same call may work later.</param>
/// <param name="retryAfter">How long the provider itself asked to be left alone.</param>
internal sealed class ProviderFailure(string reason, string message, bool passing, TimeSpan? retryAfter = null) : Exception(message)
{
    public string Reason { get; } = reason;

    public bool Passing { get; } = passing;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
