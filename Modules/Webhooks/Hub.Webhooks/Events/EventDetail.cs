using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Webhooks.Events;

/// <summary>A received event in full.</summary>
internal sealed record EventDetail : EventAnswer
{
    /// <summary>Who sent it; null when it was deleted since.</summary>
    public SenderPart? Integration { get; init; }

    /// <summary>Names in lower case; never a credential or a signature.</summary>
    public JsonElement Headers { get; init; }

    /// <summary>What was sent, as JSON: gzip undone, a form's payload field taken out. Null when it is not readable as JSON.</summary>
    [JsonConverter(typeof(AsSentConverter))]
    public JsonElement? Payload { get; init; }

    /// <summary>The bytes as sent, only when they are not readable as JSON.</summary>
    public string? PayloadBase64 { get; init; }

    /// <summary>The newest 50, oldest first, those before a replay included.</summary>
    public IReadOnlyList<AttemptPart> Attempts { get; init; } = [];

    /// <summary>The attempts as they are stored.</summary>
    [JsonIgnore]
    public JsonElement History { get; init; }

    /// <summary>The bytes as sent, deflated.</summary>
    [JsonIgnore]
    public byte[] Stored { get; init; } = [];

    public sealed record SenderPart(long Id, string Name, string IntegrationType, long ScopeId);

    /// <param name="Attempt">Counts from 1 again after a replay.</param>
    /// <param name="StartedAt">When it began.</param>
    /// <param name="DurationMs">How long it took.</param>
    /// <param name="Error">Null when it worked.</param>
    public sealed record AttemptPart(int Attempt, DateTimeOffset StartedAt, double DurationMs, string? Error);
}
