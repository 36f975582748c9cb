using System.Text.Json.Nodes;
using Hub.Integrations.Health;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Sso;

/// <summary>What sign-ins tell about an integration: refusals for its administrators, and what they prove about its health.</summary>
internal sealed class SsoJournal(Db db, Audit audit, HealthLog health, TimeProvider time)
{
    /// <summary>Somebody came back from the provider and was not let in.</summary>
    public async Task Refused(SsoPlace place, SsoRefusal refusal, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await audit.Record(
            "session.refused", "integration", place.Row.Id, place.Row.ScopePath,
            new JsonObject { ["reason"] = refusal.Code, ["message"] = Words(place, refusal) }, ct, "failure");
        await Observe(place, refusal, ct);
        await tx.Commit(ct);
    }

    /// <summary>Nobody could set out: of interest for health alone, since anybody can try.</summary>
    public async Task NotStarted(SsoPlace place, SsoRefusal refusal, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await Observe(place, refusal, ct);
        await tx.Commit(ct);
    }

    public async Task Worked(SsoPlace place, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await health.Observe(place.Row.Id, HealthLog.Call, new Observation(time.GetUtcNow(), true, null, null), null, ct);
        await tx.Commit(ct);
    }

    private Task Observe(SsoPlace place, SsoRefusal refusal, CancellationToken ct) => refusal.Health is { } reason
        ? health.Observe(place.Row.Id, HealthLog.Call, new Observation(time.GetUtcNow(), false, reason, Words(place, refusal)), null, ct)
        : Task.CompletedTask;

    private static string Words(SsoPlace place, SsoRefusal refusal) => StorableText.OneLine(Redaction.Redact(refusal.Message, place.Settings.Secrets));
}
