using System.Text.Json.Nodes;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Actions;

/// <summary>What an action did, for the audit log and for the health of the integration that it used.</summary>
/// <param name="Action">As <c>action.email_sent</c>.</param>
/// <param name="ScopePath">On whose behalf, root first.</param>
/// <param name="Facts">Counts and codes, no content.</param>
/// <param name="Done">Whether the third party did it.</param>
/// <param name="Seen">What it says about the integration.</param>
/// <param name="LatencyMs">How long it took.</param>
internal sealed record ActionOutcome(
    string Action, IReadOnlyList<long> ScopePath, JsonObject Facts, bool Done, Observation Seen, double LatencyMs);

/// <summary>Writes outcomes down after the fact: nothing that happened outside can be taken back, so neither can its record.</summary>
internal sealed class ActionRecord(Db db, HealthLog health, Audit audit)
{
    public async Task Keep(IntegrationRow integration, ActionOutcome outcome)
    {
        await using var tx = await db.Begin(CancellationToken.None);
        await health.Observe(integration.Id, HealthLog.Call, outcome.Seen, outcome.LatencyMs, CancellationToken.None);
        await audit.Record(
            outcome.Action, "integration", integration.Id, outcome.ScopePath, outcome.Facts, CancellationToken.None, outcome.Done ? "success" : "failure");
        await tx.Commit(CancellationToken.None);
    }
}
