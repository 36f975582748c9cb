using System.Diagnostics.Metrics;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>How the hub's webhooks fare. Labels are types and outcomes, which are few.</summary>
internal static class RegistrationMetrics
{
    private static readonly Meter Meter = new("Hub.Sync.WebhookRegistrations");
    private static readonly Counter<long> Checks =
        Meter.CreateCounter<long>("hub.sync.webhook.checks", description: "Looks at the hub's webhooks at providers, by type and state");
    private static readonly Counter<long> Deliveries =
        Meter.CreateCounter<long>("hub.sync.webhook.deliveries", description: "Deliveries that had not arrived, by what became of them");

    public static void Checked(string type, string state, RecoveryResult? recovery)
    {
        var label = new KeyValuePair<string, object?>("integration_type", type);
        Checks.Add(1, label, new("state", state));
        if (recovery is null)
            return;
        Deliveries.Add(recovery.Recovered, label, new("outcome", "recovered"));
        Deliveries.Add(recovery.Lost, label, new("outcome", "lost"));
    }
}
