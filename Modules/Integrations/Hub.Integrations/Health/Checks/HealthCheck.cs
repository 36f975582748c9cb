using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health.Expiry;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Data;
using Microsoft.Extensions.Logging;

namespace Hub.Integrations.Health.Checks;

/// <summary>
/// Looks at one integration: when its credential ends, and whether its connection works, unless a real call has just proven that. No transaction is open
/// while the other side is called, and nothing is kept if the claim was lost meanwhile.
/// </summary>
internal sealed class HealthCheck(
    Db db, CheckClaims claims, HealthStore store, HealthLog health, IntegrationTypes types, EffectiveConfigurations configurations, ConnectionTester tester,
    TestRecord record, ExpiryStore expiries, HealthOptions options, TimeProvider time, ILogger<HealthCheck> log)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private sealed record Look(string Outcome, TestOutcome? Test = null, CredentialExpiry? Found = null);

    public async Task Run(CheckClaim claim, CancellationToken ct)
    {
        var late = time.GetUtcNow() - claim.DueAt;
        var row = await db.First<IntegrationRow>(Select, new { claim.IntegrationId }, ct);
        var look = row is null ? new Look("gone") : await At(row, ct);
        var kept = row is not null && await Keep(claim, row, look, ct);
        HealthMetrics.Checked(row is null || kept ? look.Outcome : "superseded", late);
    }

    private async Task<Look> At(IntegrationRow row, CancellationToken ct)
    {
        if (row.Status is not (IntegrationStatus.Active or IntegrationStatus.Error) || await types.Known(row, ct) is not { } schema)
            return new Look("untestable");
        var configuration = await configurations.Of(row, schema, ct);
        var found = ExpiryFinder.In(configuration);
        if (!tester.CanTest(schema))
            return new Look("untestable", null, found);
        if (IsProven(row))
            return new Look("proven", null, found);
        var tested = await Test(configuration, ct);
        return new Look(OutcomeOf(tested), tested is { HeldBack: true } ? null : tested, found);
    }

    // A success of the last test is half an interval old at least when the next one is due; a younger one is a real call's.
    private bool IsProven(IntegrationRow row) =>
        row.HealthStatus is HealthStatus.Healthy or HealthStatus.Warning && row.ConsecutiveFailures == 0
        && row.HealthReason is null or FailureReason.Auth && time.GetUtcNow() - row.LastSuccessAt < options.Interval / 2;

    private async Task<TestOutcome?> Test(EffectiveConfiguration configuration, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await tester.Run(configuration, either.Token, Urgency.Background);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return TestOutcome.TimedOut(time.GetUtcNow(), Longest);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault of the hub says nothing about the integration.
            log.LogError(fault, "The scheduled test of {Integration} failed", configuration);
            return null;
        }
    }

    private async Task<bool> Keep(CheckClaim claim, IntegrationRow row, Look look, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        if (await store.Lock(row.Id, ct) is not { } known || !await claims.End(claim, ct))
            return false;
        var next = NextOf(known);
        await claims.Plan(row.Id, next, ct);
        await expiries.Note(row.Id, look.Found, ct);
        if (look.Test is { } tested)
            await record.Keep(row, tested, ct, scheduled: true);
        if (look.Test is not { Observed: true })
            await Untested(known, next, ct);
        await tx.Commit(ct);
        return true;
    }

    private async Task Untested(KnownHealth known, DateTimeOffset? next, CancellationToken ct)
    {
        // No test can try it: a real call has to.
        if (known.Status is IntegrationStatus.Error && known.Breaker.PhaseAt(time.GetUtcNow()) is not BreakerPhase.Open)
            await health.HalfOpen(known.Id, next, ct);
        await health.Reconsider(known.Id, next, ct);
    }

    private DateTimeOffset? NextOf(KnownHealth known) => known switch
    {
        { Status: not (IntegrationStatus.Active or IntegrationStatus.Error) } => null,
        // Changed meanwhile: it was planned anew then.
        { NextCheckAt: { } planned } when planned > time.GetUtcNow() => planned,
        _ => CheckSchedule.Regular(known.Id, time.GetUtcNow(), options.Interval),
    };

    private static string OutcomeOf(TestOutcome? tested) => tested switch
    {
        null => "fault",
        { Result.Success: true } => "ok",
        { Result.Reason: FailureReason.RateLimited } => "throttled",
        _ => "failed",
    };

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";
}
