using Hub.Integrations.OAuth;

namespace Hub.Integrations.Health;

/// <summary>What to do about a failure, for the person who can.</summary>
internal static class Repair
{
    /// <param name="reason">A <see cref="FailureReason"/>; null when nothing is wrong.</param>
    /// <param name="message">What was said about it: a grant that is missing or over is given by a person, not entered.</param>
    public static string? For(string? reason, string? message) => reason switch
    {
        null => null,
        FailureReason.Auth or FailureReason.Config when OAuthWords.AskForPerson(message) =>
            "Open /api/v1/integrations/{id}/oauth/start and grant access at the provider, then test the connection.",
        FailureReason.Auth => "Enter a valid credential (PATCH /api/v1/integrations/{id}), then test the connection.",
        FailureReason.Permission => "Give the account or token the missing permission at the provider, then test the connection.",
        FailureReason.NotFound => "Check the address, project or repository in the configuration, then test the connection.",
        FailureReason.RateLimited => "Nothing: calls go on when the provider allows. Sync less often if it happens a lot.",
        FailureReason.Network => "Check that the provider's host can be reached from the hub's machine (DNS, firewall, allowed networks).",
        FailureReason.Tls => "Have the provider's certificate renewed or completed, or make the hub's machine trust its authority.",
        FailureReason.Timeout => "Wait, or find out why the provider is slow; the next calls are tried on their own.",
        FailureReason.Config => "Complete or correct the configuration (PATCH /api/v1/integrations/{id}), then test the connection.",
        _ => "Look at the provider's status page; the next calls are tried on their own.",
    };
}
