using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Http;

namespace Hub.Sync.Runs;

/// <summary>Everything again, what changed since the last run, or what a JQL query finds.</summary>
internal enum SyncType
{
    Full,
    Incremental,
    Manual,
}

/// <summary>Queued, running and waiting go on by themselves; quarantined waits for approval; the others have ended.</summary>
internal enum RunStatus
{
    Queued,
    Running,
    Waiting,
    Completed,
    Failed,
    Cancelled,
    Quarantined,
}

/// <summary>One synchronisation of one integration.</summary>
internal sealed record SyncRun : IVersioned
{
    public required Guid Id { get; init; }
    public required long IntegrationId { get; init; }
    public required SyncType SyncType { get; init; }

    /// <summary>The query of a manual run.</summary>
    public string? Jql { get; init; }
    public required RunStatus Status { get; init; }

    /// <summary>Records read; always the sum of created, updated, unchanged and failed.</summary>
    public long Processed { get; init; }
    public long Created { get; init; }
    public long Updated { get; init; }
    public long Unchanged { get; init; }
    public long Deleted { get; init; }

    /// <summary>Records that could not be read.</summary>
    public long Failed { get; init; }

    /// <summary>0-1; null while the provider does not tell how much there is.</summary>
    public double? Progress { get; init; }
    public string? CurrentStream { get; init; }

    /// <summary>When a waiting run goes on.</summary>
    public DateTimeOffset? WaitUntil { get; init; }
    public string? Error { get; init; }

    /// <summary>What a quarantined run would delete: <c>{would_delete, stored, sample: [key]}</c>.</summary>
    public JsonElement? Quarantine { get; init; }
    public required string RequestedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public long? DurationMs => StartedAt is { } from && CompletedAt is { } to ? (long)(to - from).TotalMilliseconds : null;
    public long Version { get; init; }

    [JsonIgnore]
    public IReadOnlyList<long> ScopePath { get; init; } = [];

    internal bool Ended => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;

    internal const string Columns = """
        id, integration_id, scope_path, sync_type, jql, status, processed, created, updated, unchanged, deleted, failed, progress, current_stream,
        wait_until, error, quarantine, requested_by, created_at, started_at, completed_at, version
        """;
}
