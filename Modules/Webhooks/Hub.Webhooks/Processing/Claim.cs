using System.Text.Json;

namespace Hub.Webhooks.Processing;

/// <summary>An event that this worker holds until its lease ends. The token fences it: whoever lost the lease can no longer settle.</summary>
internal sealed record Claim(
    Guid Id, DateOnly Day, long Seq, long IntegrationId, string IntegrationType, long[] ScopePath, string EventType, string? EntityKey,
    byte[] Payload, int PayloadSize, JsonElement Headers, DateTimeOffset ReceivedAt, int Attempt, Guid LeaseToken, string? TraceParent)
{
    /// <summary>Whoever took it before never said what came of it: the process may have ended because of this event.</summary>
    public bool Interrupted { get; init; }

    public string? Header(string name) => Headers.TryGetProperty(name, out var value) ? value.GetString() : null;

    public override string ToString() => $"Claim of {Id}";
}
