using Hub.SharedKernel.Data;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>Takes registrations that are due, each for one hub at a time, and fences what comes of it.</summary>
internal sealed class RegistrationClaims(Db db, TimeProvider time)
{
    /// <summary>Longer than a check may take, which is <see cref="Patience"/>.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <returns>Null when nothing is due.</returns>
    public Task<WebhookRegistration?> Take(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return db.First<WebhookRegistration>(TakeNext, new { now, until = now + Lease }, ct);
    }

    /// <summary>Holds the row until the end of the transaction.</summary>
    /// <returns>The wishes by now; null when it was taken over, or its integration deleted: nothing of the check may be written.</returns>
    public Task<long?> Hold(WebhookRegistration claim, CancellationToken ct) =>
        db.First<long?>(HoldRow, new { claim.IntegrationId, claim.LeaseToken }, ct);

    /// <summary>Gives a claim back whose check could not end, to be taken again after a while.</summary>
    public Task GiveBack(WebhookRegistration claim, TimeSpan pause, CancellationToken ct) =>
        db.Execute(PutBack, new { claim.IntegrationId, claim.LeaseToken, next = time.GetUtcNow() + pause }, ct);

    private const string TakeNext = $"""
        with next as (
            select integration_id as id
            from sync.webhook_registrations
            where next_check_at <= @now and (lease_until is null or lease_until < @now)
            order by next_check_at, integration_id
            limit 1
            for update skip locked
        )
        update sync.webhook_registrations r
        set lease_until = @until, lease_token = r.lease_token + 1
        from next
        where r.integration_id = next.id
        returning {WebhookRegistration.Columns}
        """;

    private const string HoldRow = """
        select wishes from sync.webhook_registrations where integration_id = @integrationId and lease_token = @leaseToken for update
        """;

    private const string PutBack = """
        update sync.webhook_registrations
        set lease_until = null, next_check_at = @next
        where integration_id = @integrationId and lease_token = @leaseToken
        """;
}
