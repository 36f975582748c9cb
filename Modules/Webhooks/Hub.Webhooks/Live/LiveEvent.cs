using System.Globalization;
using System.Text;

namespace Hub.Webhooks.Live;

/// <summary>One thing that happened, already written out as a server-sent event.</summary>
internal sealed record LiveEvent(LivePosition Position, IReadOnlyList<long> ScopePath, ReadOnlyMemory<byte> Frame)
{
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
            var at = CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
            var rest = Data is "{}" ? "}" : ", " + Data[1..];
            var frame = $"id: {position}\nevent: {Type}\ndata: {{\"type\": \"{Type}\", \"at\": \"{at}\"{rest}\n\n";
            return new LiveEvent(position, ScopePath, Encoding.UTF8.GetBytes(frame));
        }
    }
}
