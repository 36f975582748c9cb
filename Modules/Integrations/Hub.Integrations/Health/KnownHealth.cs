using System.Text.Json;
using Hub.Integrations.Health.Checks;
using Hub.Integrations.Health.Expiry;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Health;

/// <summary>All that is known of an integration's health, from its row, its breaker and its credential's expiry.</summary>
internal sealed record KnownHealth(
    long Id, bool Enabled, bool Complete, string Status, string HealthStatus, string? HealthReason, string? HealthMessage, DateTimeOffset HealthSince,
    int ConsecutiveFailures, DateTimeOffset? LastSuccessAt, JsonElement Detected, DateTimeOffset? NextCheckAt, int Trips, DateTimeOffset? OpenUntil,
    DateTimeOffset? Entered, DateTimeOffset? Found, string? FoundSource, string? FoundField, DateTimeOffset? ToldFor, int? ToldDays)
{
    public HealthState State => new(HealthStatus, HealthReason, HealthMessage, HealthSince, ConsecutiveFailures);

    public Breaker Breaker => new(Trips, OpenUntil);

    /// <summary>The earliest that is known.</summary>
    public CredentialExpiry? Expiry => CredentialExpiry.Earliest(
        CredentialExpiry.Told(Detected),
        Found is { } found ? new CredentialExpiry(found, FoundSource!, FoundField) : null,
        Entered is { } entered ? new CredentialExpiry(entered, CredentialExpiry.Entered) : null);

    /// <summary>Whether this threshold was told already for this date, or a narrower one.</summary>
    public bool HasTold(CredentialExpiry expiry, int threshold) =>
        ToldFor is { } told && (told - expiry.At).Duration() < TimeSpan.FromSeconds(1) && ToldDays <= threshold;
}

/// <summary>Reads it, with or without holding the integration.</summary>
internal sealed class HealthStore(Db db)
{
    public Task<KnownHealth?> Read(long integrationId, CancellationToken ct) => db.First<KnownHealth>(Select, new { integrationId }, ct);

    /// <summary>Holds the integration until the transaction ends: whoever folds, moves a breaker or plans a check does it one after the other.</summary>
    public async Task<KnownHealth?> Lock(long integrationId, CancellationToken ct) =>
        await db.First<long?>(Hold, new { integrationId }, ct) is null ? null : await Read(integrationId, ct);

    private const string Hold = "select id from integrations.integrations where id = @integrationId for no key update";

    private const string Select = """
        select i.id, i.enabled, i.status <> 'configuring' as complete, i.status, i.health_status, i.health_reason, i.health_message, i.health_since,
               i.consecutive_failures, i.last_success_at, i.detected, c.next_check_at, coalesce(c.trips, 0) as trips, c.open_until,
               e.entered, e.found, e.found_source, e.found_field, e.told_for, e.told_days
        from integrations.integrations i
        left join integrations.health_checks c on c.integration_id = i.id
        left join integrations.credential_expiries e on e.integration_id = i.id
        where i.id = @integrationId
        """;
}
