using System.Text.Json;

namespace Hub.Sync.Runs;

/// <summary>A run in the hands of this process. Everything it writes is fenced by <see cref="LeaseToken"/>.</summary>
internal sealed record ClaimedRun
{
    public required Guid Id { get; init; }
    public required long IntegrationId { get; init; }
    public required IReadOnlyList<long> ScopePath { get; init; }
    public required SyncType SyncType { get; init; }
    public string? Jql { get; init; }

    /// <summary>What is read; null for every stream that the integration has switched on.</summary>
    public string[]? Streams { get; init; }
    public JsonElement? Checkpoint { get; init; }

    /// <summary>Failures in a row before this claim.</summary>
    public int Attempts { get; init; }
    public required long LeaseToken { get; init; }
    public string? TraceParent { get; init; }
}

/// <summary>The run is somebody else's by now, or has ended: nothing more may be written.</summary>
internal sealed class LeaseLost() : Exception("The run was taken over or ended.");
