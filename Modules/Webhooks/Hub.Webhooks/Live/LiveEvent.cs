using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Webhooks.Live;

/// <summary>One thing that a client is told. Written out once, however many are told.</summary>
/// <param name="position">Where to go on after it; null for what is no place in the order.</param>
/// <param name="scopePath">Who may see it.</param>
/// <param name="frame">As a server-sent event.</param>
/// <param name="name">Such as <c>ticket.updated</c>.</param>
/// <param name="data">A JSON object.</param>
[JsonConverter(typeof(Item))]
internal sealed class LiveEvent(LivePosition? position, IReadOnlyList<long> scopePath, string frame, string name = "", string data = "{}")
{
    /// <summary>Says that the connection is alive, and nothing else.</summary>
    public static readonly LiveEvent KeepAlive = new(null, [], ": keep-alive\n\n");

    private byte[]? item;

    public LivePosition? Position => position;

    public IReadOnlyList<long> ScopePath => scopePath;

    public ReadOnlyMemory<byte> Frame { get; } = Encoding.UTF8.GetBytes(frame);

    /// <summary>Older events are gone: read anew.</summary>
    public static LiveEvent Reset(DateTimeOffset now)
    {
        var data = $"{{\"type\": \"reset\", \"at\": \"{Text(now)}\"}}";
        return new LiveEvent(null, [], $"event: reset\ndata: {data}\n\n", "reset", data);
    }

    /// <summary>Everything that was missed is told. An id without data makes no server-sent event, but an EventSource resumes from it.</summary>
    public static LiveEvent Ready(LivePosition position, DateTimeOffset now) =>
        new(position, [], $"id: {position}\n\n", "ready", $"{{\"type\": \"ready\", \"at\": \"{Text(now)}\"}}");

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <param name="Xid">The transaction, as text.</param>
    /// <param name="Id">The row.</param>
    /// <param name="ScopePath">Who may see it.</param>
    /// <param name="Type">Such as <c>ticket.updated</c>.</param>
    /// <param name="Data">A JSON object as text.</param>
    /// <param name="CreatedAt">When it happened.</param>
    internal sealed record Row(string Xid, long Id, long[] ScopePath, string Type, string Data, DateTimeOffset CreatedAt)
    {
        public LiveEvent Write()
        {
            var position = new LivePosition(ulong.Parse(Xid, CultureInfo.InvariantCulture), Id);
            var rest = Data is "{}" ? "}" : ", " + Data[1..];
            var data = $"{{\"type\": \"{Type}\", \"at\": \"{Text(CreatedAt)}\"{rest}";
            return new LiveEvent(position, ScopePath, $"id: {position}\nevent: {Type}\ndata: {data}\n\n", Type, data);
        }
    }

    /// <summary>As an item of a SignalR stream: the three fields of a server-sent event as <c>{"id", "event", "data"}</c>.</summary>
    private sealed class Item : JsonConverter<LiveEvent>
    {
        public override LiveEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Live events are only written.");

        public override void Write(Utf8JsonWriter writer, LiveEvent value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.item ??= value.ToItem(), skipInputValidation: true);
    }

    private byte[] ToItem() => Encoding.UTF8.GetBytes(
        $"{{\"id\": {(position is { } place ? $"\"{place}\"" : "null")}, \"event\": \"{name}\", \"data\": {data}}}");
}
