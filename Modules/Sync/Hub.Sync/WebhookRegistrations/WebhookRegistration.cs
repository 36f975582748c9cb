using System.Text.Json.Serialization;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>What is known of an integration's own webhook at its provider.</summary>
internal sealed record WebhookRegistration
{
    public const string Columns = """
        integration_id, integration_type, scope_path, state, kind, place, hook_id, secret_fingerprint, events, active, expires_at, reason, problem, gap,
        last_checked_at, last_repaired_at, last_repair, recovery_ran_at, recovered_until, recovery_listed, recovery_lacking, recovery_recovered,
        recovery_lost, failures, next_check_at, wishes, lease_token
        """;

    public required long IntegrationId { get; init; }

    [JsonIgnore]
    public string IntegrationType { get; init; } = "";

    [JsonIgnore]
    public IReadOnlyList<long> ScopePath { get; init; } = [];

    /// <summary>pending (not looked at yet), unmanaged (the hub does not keep it), ok, repaired (the last look changed it) or problem.</summary>
    public required string State { get; init; }

    /// <summary>github, jira_admin, jira_server (Data Center from 10 on) or jira_dynamic (of an app, ends after 30 days unless renewed); null without any.</summary>
    public string? Kind { get; init; }

    /// <summary>What it tells of.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Whether it delivers; null without any.</summary>
    public bool? Active { get; init; }

    /// <summary>When it ends unless it is renewed; the hub renews it in its last week.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastCheckedAt { get; init; }

    /// <summary>Null while there is nothing to keep.</summary>
    public DateTimeOffset? NextCheckAt { get; init; }
    public DateTimeOffset? LastRepairedAt { get; init; }

    /// <summary>What was done then, for people.</summary>
    public string? LastRepair { get; init; }

    /// <summary>auth, permission, not_found, rate_limited, network, tls, timeout, provider_error or config.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong and the way out, for people.</summary>
    public string? Problem { get; init; }

    /// <summary>What became of deliveries that did not arrive; null where the provider keeps no list of them, or before the first look.</summary>
    public RecoveryAnswer? Recovery => RecoveryRanAt is not { } ranAt ? null : new RecoveryAnswer(
        ranAt, RecoveryListed, RecoveryLacking, RecoveryRecovered, RecoveryLost, $"recovered {RecoveryRecovered} of {RecoveryLacking}");

    [JsonIgnore]
    public string? Place { get; init; }

    [JsonIgnore]
    public string? HookId { get; init; }

    [JsonIgnore]
    public string? SecretFingerprint { get; init; }

    [JsonIgnore]
    public string? Gap { get; init; }

    [JsonIgnore]
    public DateTimeOffset? RecoveryRanAt { get; init; }

    [JsonIgnore]
    public DateTimeOffset? RecoveredUntil { get; init; }

    [JsonIgnore]
    public int RecoveryListed { get; init; }

    [JsonIgnore]
    public int RecoveryLacking { get; init; }

    [JsonIgnore]
    public int RecoveryRecovered { get; init; }

    [JsonIgnore]
    public int RecoveryLost { get; init; }

    [JsonIgnore]
    public int Failures { get; init; }

    [JsonIgnore]
    public long Wishes { get; init; }

    [JsonIgnore]
    public long LeaseToken { get; init; }

    /// <summary>The id of the webhook of this kind that the hub registered at this place; null when it registered none there.</summary>
    public string? HookAt(string place, string kind) => Place == place && Kind == kind ? HookId : null;
}

/// <param name="RanAt">When the provider's list was last looked through.</param>
/// <param name="Listed">Deliveries in it.</param>
/// <param name="Lacking">Those that the inbox had not got.</param>
/// <param name="Recovered">Those that were fetched and put into the inbox.</param>
/// <param name="Lost">Those that the provider does not have any more; an incremental run reads what they were about.</param>
/// <param name="Result">The same in words.</param>
internal sealed record RecoveryAnswer(DateTimeOffset RanAt, int Listed, int Lacking, int Recovered, int Lost, string Result);
