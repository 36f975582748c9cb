using System.Globalization;

namespace Hub.Webhooks.Live;

/// <summary>A place in the order in which live events are given: by the transaction that wrote them, then by id. Written <c>{xid}-{id}</c>.</summary>
internal readonly record struct LivePosition(ulong Xid, long Id) : IComparable<LivePosition>
{
    public int CompareTo(LivePosition other) => Xid == other.Xid ? Id.CompareTo(other.Id) : Xid.CompareTo(other.Xid);

    public string XidText => Xid.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Xid}-{Id}");

    /// <returns>Null when the text is not one of ours.</returns>
    public static LivePosition? Parse(string? text) => text?.Split('-') is [var xid, var id]
        && ulong.TryParse(xid, NumberStyles.None, CultureInfo.InvariantCulture, out var transaction)
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new LivePosition(transaction, number)
            : null;
}
