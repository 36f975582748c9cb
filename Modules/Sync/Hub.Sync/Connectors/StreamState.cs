using System.Text.Json;

namespace Hub.Sync.Connectors;

/// <summary>How streams write their state as JSON and read it back.</summary>
internal static class StreamState
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static JsonElement Write<T>(T state) => JsonSerializer.SerializeToElement(state, Options);

    public static T Read<T>(JsonElement state) => state.Deserialize<T>(Options)!;
}
