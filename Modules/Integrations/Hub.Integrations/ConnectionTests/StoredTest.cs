using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ConnectionTests;

/// <summary>Tests a stored integration and keeps the result. No transaction is open while the other side is called.</summary>
internal sealed class StoredTest(
    Db db, Caller caller, IntegrationStore store, IntegrationTypes types, EffectiveConfigurations configurations, ConnectionTester tester, TestRecord record)
{
    public async Task<TestResult> Run(long id, CancellationToken ct)
    {
        var row = await store.Find(id, caller.ScopeId, ct) ?? throw NotFoundException.Of("integration", id);
        var schema = await types.Of(row, ct);
        tester.RequireTestable(schema);
        var outcome = await tester.Run(await configurations.Of(row, schema, ct), ct);
        await using var tx = await db.Begin(ct);
        await record.Keep(row, outcome, ct);
        await tx.Commit(ct);
        return outcome.Result;
    }
}

/// <summary>Keeps the result of a test with the integration it belongs to, inside the caller's transaction.</summary>
internal sealed class TestRecord(Db db, HealthLog health, Audit audit, IntegrationSecrets secrets)
{
    /// <param name="tested">The integration as it was when it was tested. If its configuration has changed since, the result is about another one and dropped.</param>
    /// <param name="outcome">What the test found.</param>
    /// <param name="ct">Cancels the writes.</param>
    /// <param name="scheduled">Whether the hub tested by itself: that is no deed of anybody's for the audit log, and no change unless it says something new.</param>
    public async Task Keep(IntegrationRow tested, TestOutcome outcome, CancellationToken ct, bool scheduled = false)
    {
        var result = outcome.Result;
        if (await db.First<IntegrationRow>(Lock, new { tested.Id }, ct) is not { } now
            || !JsonNode.DeepEquals(tested.Configuration, now.Configuration) || !secrets.AreSame(tested, now))
            return;
        await db.Execute(Update, new
        {
            tested.Id,
            result.TestedAt,
            lastTest = JsonSerializer.SerializeToElement(result, StoredJson.Options),
            outcome.Detected,
            news = !scheduled || !SaysTheSame(LastOf(tested), result),
        }, ct);
        if (outcome.Observed)
            await health.Observe(tested.Id, HealthLog.Test, outcome.Observation, result.LatencyMs, ct);
        if (scheduled)
            return;
        await audit.Record(
            "integration.tested", "integration", tested.Id, tested.ScopePath, new JsonObject { ["success"] = result.Success, ["reason"] = result.Reason }, ct,
            result.Success ? "success" : "failure");
    }

    public static TestResult? LastOf(IntegrationRow row) => row.LastTest?.Deserialize<TestResult>(StoredJson.Options);

    private static bool SaysTheSame(TestResult? before, TestResult now) =>
        before is not null && (before.Success, before.Reason, before.Message, before.Identity) == (now.Success, now.Reason, now.Message, now.Identity);

    private const string Lock = $"select {IntegrationRow.Columns} from integrations.integrations where id = @id for no key update";

    private const string Update = """
        update integrations.integrations
        set last_tested_at = @testedAt, last_test = @lastTest, detected = coalesce(@detected::jsonb, detected),
            version = version + case when @news then 1 else 0 end
        where id = @id
        """;
}
