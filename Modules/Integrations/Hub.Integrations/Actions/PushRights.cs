using Hub.Integrations.Integrations;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Actions;

/// <summary>Which integrations can be pushed to now.</summary>
internal static class PushRights
{
    /// <exception cref="ConflictException">Not this one, or not as it is.</exception>
    public static void Require(IntegrationRow row, EffectiveConfiguration subject)
    {
        if (row.IntegrationType is not "webhook")
            throw new ConflictException("not_a_webhook_integration",
                $"Integration {row.Id} is of the type {row.IntegrationType}. Only webhook integrations can be pushed to.");
        if (!row.Enabled)
            throw new ConflictException("integration_disabled", $"Integration {row.Id} is switched off (PATCH /api/v1/integrations/{row.Id}/status).");
        if (subject.Problem is { } problem)
            throw new ConflictException("integration_misconfigured", problem);
        if (subject.Settings.Text("direction") is "inbound" || subject.Settings.Text("url") is null)
            throw new ConflictException("inbound_only", $"Integration {row.Id} only receives. Set its direction to outbound or both, and its url.");
    }
}
