namespace Hub.Integrations.Calls;

/// <summary>A described call cannot be made, or brought nothing to go on with. The message is for people and holds no secret.</summary>
/// <param name="reason">A <see cref="Health.FailureReason"/>.</param>
/// <param name="message">What is wrong and the way out.</param>
internal sealed class CallFailed(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
