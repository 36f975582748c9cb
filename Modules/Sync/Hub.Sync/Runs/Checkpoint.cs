using System.Text.Json;
using Hub.Sync.Jira;

namespace Hub.Sync.Runs;

/// <summary>
/// What a run needs to go on where it stopped, in whatever process. Saved in the transaction of each page; the query stays the same to the end,
/// because page tokens belong to it.
/// </summary>
internal sealed record Checkpoint
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Query { get; init; }
    public required bool Cloud { get; init; }

    /// <summary>What the query restricts to; the watermark holds for nothing else.</summary>
    public required byte[] QueryHash { get; init; }

    /// <summary>The site that is walked.</summary>
    public required long SiteKey { get; init; }

    /// <summary>A walk over everything, from which the end tells what is gone.</summary>
    public required bool FindsDeleted { get; init; }

    /// <summary>A walk in order of change: each page moves the watermark.</summary>
    public required bool InOrderOfChange { get; init; }

    /// <summary>The hub's clock when the walk began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The provider's clock then: what changes later may have been passed already.</summary>
    public DateTimeOffset? RemoteBegan { get; init; }

    /// <summary>Null once the walk is through.</summary>
    public WalkPosition? Position { get; init; } = new();

    /// <summary>The newest change that this walk stored.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Whether every page began where the one before ended; only then may a page move the watermark before the walk is through.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>Why this walk cannot tell what is gone.</summary>
    public string? Doubt { get; init; }

    /// <summary>How far the watermark may go once everything is stored.</summary>
    public DateTimeOffset? Reached => InOrderOfChange || RemoteBegan is not { } began || Newest is not { } newest || newest < began ? Newest : began;

    /// <returns>Null when it was written by a build that knew other checkpoints: the run starts anew, which is safe.</returns>
    public static Checkpoint? Read(JsonElement? stored)
    {
        try
        {
            return stored?.Deserialize<Checkpoint>(Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Json);
}
