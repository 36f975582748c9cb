using System.Text.Json;
using Hub.Sync.Connectors;

namespace Hub.Sync.Runs;

/// <summary>What a run needs to go on where it stopped, in whatever process. Saved in the transaction of each page.</summary>
internal sealed record Checkpoint
{
    /// <summary>The streams of the run in the order in which they are read.</summary>
    public required IReadOnlyList<StreamCheckpoint> Streams { get; init; }

    /// <summary>The deletions that wait for approval.</summary>
    public HeldDeletions? Held { get; init; }

    /// <returns>Null when it was written by a build that knew other checkpoints: the run starts anew, which is safe.</returns>
    public static Checkpoint? Read(JsonElement? stored)
    {
        try
        {
            return stored is { } json ? StreamState.Read<Checkpoint>(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public JsonElement ToJson() => StreamState.Write(this);

    public Checkpoint With(StreamCheckpoint stream) => this with { Streams = [.. Streams.Select(other => other.Name == stream.Name ? stream : other)] };
}

/// <param name="Name">The stream.</param>
/// <param name="Began">The hub's clock when its walk began; null before.</param>
/// <param name="State">The stream's own state; null before it began.</param>
/// <param name="Done">Its last page is stored.</param>
/// <param name="Read">Records read so far.</param>
/// <param name="Changed">Records that were created, updated or deleted here so far.</param>
internal sealed record StreamCheckpoint(
    string Name, DateTimeOffset? Began = null, JsonElement? State = null, bool Done = false, long Read = 0, long Changed = 0);
