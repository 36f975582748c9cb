using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Sync.Github.Streams;

/// <summary>What a checkpoint keeps of a walk over one kind of records. Each fetch works on its own copy.</summary>
internal abstract class WalkState
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>The repository that is walked; 0 before the first page.</summary>
    public long Repository { get; set; }

    /// <summary>This kind was never read to its end before: what comes is old history and is told to nobody.</summary>
    public bool First { get; set; }

    /// <summary>Why this walk is not complete, for people.</summary>
    public string? Doubt { get; set; }

    public static T Read<T>(JsonElement state) where T : WalkState => state.Deserialize<T>(Json)!;

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, GetType(), Json);
}
