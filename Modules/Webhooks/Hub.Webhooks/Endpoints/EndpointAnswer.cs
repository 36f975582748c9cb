using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.Endpoints;

/// <summary>An address that is told of events, as clients see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ScopeId">It is told of what happens there and below.</param>
/// <param name="Url">Where messages are posted.</param>
/// <param name="Description">What people call it.</param>
/// <param name="EventTypes">Names, or <c>ticket.*</c>; empty for all.</param>
/// <param name="Filter">An object that a message's <c>data</c> must contain.</param>
/// <param name="Enabled">Whether it is active.</param>
/// <param name="RateLimit">At most so many deliveries a second.</param>
/// <param name="Ordering"><c>none</c>, or <c>entity</c>: what is about one thing arrives in order, one after the other.</param>
/// <param name="State">active, paused (by people: messages wait) or disabled (by the hub: nothing new is queued).</param>
/// <param name="DisabledReason">Why the hub disabled it.</param>
/// <param name="Breaker">closed; open while messages wait after failures; half_open while one is tried.</param>
/// <param name="OpenUntil">When the next one is tried.</param>
/// <param name="FailingSince">Since when nothing has been accepted.</param>
/// <param name="LastSuccessAt">When a message was last accepted.</param>
/// <param name="Signature"><c>hmac</c> or <c>ed25519</c>.</param>
/// <param name="PublicKey">What verifies messages signed with ed25519, <c>whpk_...</c>.</param>
/// <param name="ContactEmail">Who is told by mail when it fails, is held back, recovers or is switched off.</param>
/// <param name="Version">Counts changes made by people; the ETag.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When people last changed it.</param>
internal sealed record EndpointAnswer(
    long Id, long ScopeId, string Url, string? Description, IReadOnlyList<string> EventTypes, JsonElement? Filter, bool Enabled, int? RateLimit,
    string Ordering, string State, string? DisabledReason, string Breaker, DateTimeOffset? OpenUntil, DateTimeOffset? FailingSince,
    DateTimeOffset? LastSuccessAt, string Signature, string? PublicKey, string? ContactEmail, long Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt) : IVersioned
{
    public const string Columns = """
        id, scope_id, url, description, event_types, filter, state = 'active' as enabled, rate_limit, ordering, state, disabled_reason, breaker,
        case when breaker = 'open' then open_until end as open_until, failing_since, last_success_at, signature, public_key, contact_email,
        version, created_at, updated_at
        """;

    /// <summary>What of it is worth a line in the audit log.</summary>
    public static JsonObject Diff(EndpointAnswer? before, EndpointAnswer? after) => AuditDiff.Between(Told(before), Told(after));

    private static object? Told(EndpointAnswer? one) => one is null ? null : new
    {
        one.ScopeId, one.Url, one.Description, one.EventTypes, one.Filter, one.RateLimit, one.Ordering, one.Signature, one.ContactEmail, one.State,
    };
}

/// <summary>States of an endpoint.</summary>
internal static class EndpointState
{
    public const string Active = "active";
    public const string Paused = "paused";
    public const string Disabled = "disabled";
}
