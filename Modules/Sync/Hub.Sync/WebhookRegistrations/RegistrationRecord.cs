using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Contracts;
using Hub.Sync.Runs;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>
/// Notes what a look found and did, with audit entries, news and the run that closes a gap, in one transaction; nothing of it when the claim was lost meanwhile.
/// </summary>
internal sealed class RegistrationRecord(
    Db db, RegistrationClaims claims, RunQueue runs, ConnectorRegistry connectors, Audit audit, IMediator mediator, TimeProvider time,
    ILogger<RegistrationRecord> log)
{
    public async Task Write(WebhookRegistration claim, Findings found, CheckEnd end, CancellationToken ct)
    {
        var repair = found.Repairs.Count == 0 ? null : string.Join("; ", found.Repairs.Select(one => one.What));
        var state = end.State == RegistrationState.Ok && repair is not null ? RegistrationState.Repaired : end.State;
        await using var tx = await db.Begin(ct);
        if (await claims.Hold(claim, ct) is not { } wishes)
            return;
        // What was changed meanwhile may be that it is disabled: the next look, which is due, knows.
        var gap = wishes == claim.Wishes ? await CloseGap(claim, found.Gap, end, ct) : found.Gap;
        await Save(claim, found, end, state, repair, gap, ct);
        foreach (var one in found.Repairs)
            await audit.Record($"webhook_registration.{one.Action}", "integration", claim.IntegrationId, claim.ScopePath, one.Diff, ct);
        if (found.Recovery is { Lacking: > 0 } || repair is not null || (state is RegistrationState.Problem) != (claim.State is RegistrationState.Problem))
            await mediator.Publish(new WebhookRegistrationChanged(
                claim.IntegrationId, claim.IntegrationType, claim.ScopePath, claim.State, state, end.Message, repair,
                found.Recovery is { Lacking: > 0 } news ? new WebhookRecovery(news.Lacking, news.Recovered, news.Lost) : null), ct);
        await tx.Commit(ct);
        Tell(claim, found, state, repair, end);
    }

    private void Tell(WebhookRegistration claim, Findings found, string state, string? repair, CheckEnd end)
    {
        RegistrationMetrics.Checked(claim.IntegrationType, state, found.Recovery);
        if (repair is not null)
            log.LogInformation("Webhook of integration {Integration}: {Repair}", claim.IntegrationId, repair);
        if (found.Recovery is { Lacking: > 0 } recovery)
            log.LogWarning(
                "Webhook of integration {Integration}: recovered {Recovered} of {Lacking} deliveries that had not arrived, {Lost} are lost",
                claim.IntegrationId, recovery.Recovered, recovery.Lacking, recovery.Lost);
        if (state is RegistrationState.Problem)
            log.LogWarning("Webhook of integration {Integration}: {Reason}: {Problem}", claim.IntegrationId, end.Reason, end.Message);
    }

    /// <returns>The gap as long as no run that reads it is queued; of what was never read nothing can be missing.</returns>
    private async Task<string?> CloseGap(WebhookRegistration claim, string? gap, CheckEnd end, CancellationToken ct)
    {
        if (gap is null || end == CheckEnd.OfDisabled)
            return gap;
        var (read, live) = await db.One<(bool Read, bool Live)>(LookAtRuns, new { claim.IntegrationId }, ct);
        if (!read || connectors.Find(claim.IntegrationType) is null)
            return null;
        // Not left to the index alone: to wait there for whoever ends that run, with this row held, could lock both out.
        if (live)
            return gap;
        var queued = await runs.Enqueue([new WantedRun(claim.IntegrationId, claim.ScopePath, SyncType.Incremental, $"webhook registration: {gap}")], ct);
        foreach (var run in queued)
            await mediator.Publish(run.Announce(), ct);
        return queued.Count > 0 ? null : gap;
    }

    private async Task Save(WebhookRegistration claim, Findings found, CheckEnd end, string state, string? repair, string? gap, CancellationToken ct)
    {
        var (now, failed, recovery) = (time.GetUtcNow(), end.Message is not null && !end.Rests, found.Recovery);
        var pause = failed ? RegistrationSchedule.AfterFailure(claim.IntegrationId, claim.Failures + 1, end.Passing, end.RetryAfter)
            : gap is not null || recovery is { More: true } ? RegistrationSchedule.Soon
            : RegistrationSchedule.AfterSuccess(claim.IntegrationId);
        await db.Execute(Update, new
        {
            claim.IntegrationId, claim.Wishes, state, found.Kind, found.Place, found.HookId, found.SecretFingerprint, events = found.Events.ToArray(), found.Active,
            found.ExpiresAt, end.Reason, problem = end.Message, gap, now, repair, failures = failed ? claim.Failures + 1 : 0,
            next = end.Rests ? (DateTimeOffset?)null : now + pause,
            recovered = recovery is not null, ranAt = recovery?.RanAt, until = recovery?.Until, listed = recovery?.Listed ?? 0, lacking = recovery?.Lacking ?? 0,
            stored = recovery?.Recovered ?? 0, lost = recovery?.Lost ?? 0,
        }, ct);
    }

    private const string LookAtRuns = """
        select exists (select from sync.runs where integration_id = @integrationId and status = 'completed') as read,
               exists (select from sync.runs where integration_id = @integrationId and status in ('queued', 'running', 'waiting', 'quarantined')) as live
        """;

    private const string Update = """
        update sync.webhook_registrations
        set state = @state, kind = @kind, place = @place, hook_id = @hookId, secret_fingerprint = @secretFingerprint, events = @events, active = @active,
            expires_at = @expiresAt, reason = @reason, problem = @problem, gap = @gap, last_checked_at = @now, failures = @failures, lease_until = null,
            last_repaired_at = case when @repair::text is null then last_repaired_at else @now end, last_repair = coalesce(@repair, last_repair),
            recovery_ran_at = coalesce(@ranAt, recovery_ran_at), recovered_until = coalesce(@until, recovered_until),
            recovery_listed = case when @recovered then @listed else recovery_listed end,
            recovery_lacking = case when @recovered then @lacking else recovery_lacking end,
            recovery_recovered = case when @recovered then @stored else recovery_recovered end,
            recovery_lost = case when @recovered then @lost else recovery_lost end,
            next_check_at = case when wishes = @wishes then @next else @now end
        where integration_id = @integrationId
        """;
}
