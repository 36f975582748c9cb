using System.Globalization;

namespace Hub.Sync.Changes;

/// <summary>A place in the order of the change feed: by the transaction that wrote a change, then by id. Written <c>{xid}-{id}</c>.</summary>
internal readonly record struct ChangePosition(ulong Xid, long Id)
{
    public string XidText => Xid.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Xid}-{Id}");

    /// <returns>Null when the text is not one of ours.</returns>
    public static ChangePosition? Parse(string? text) => text?.Split('-') is [var xid, var id]
        && ulong.TryParse(xid, NumberStyles.None, CultureInfo.InvariantCulture, out var transaction)
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ChangePosition(transaction, number)
            : null;
}
