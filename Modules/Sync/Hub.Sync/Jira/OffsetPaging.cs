namespace Hub.Sync.Jira;

/// <summary>
/// Where a walk by offsets goes next. Issues that leave the list before the offset move the rest up, and a plain walk would step over some. So each
/// page begins with the last few issues of the one before; when none of them is there, the walk goes back and reads again.
/// </summary>
internal static class OffsetPaging
{
    private const int Overlap = 5;

    /// <param name="at">Where the page was read.</param>
    /// <param name="ids">All ids on it, in order.</param>
    /// <param name="total">The page's own <c>total</c>.</param>
    public static (WalkPosition? Next, string? Doubt) Next(WalkPosition at, IReadOnlyList<string> ids, long total)
    {
        var doubt = total < at.Total ? "issues left the list while it was read" : null;
        if (at is { Tail: { } tail, StartAt: > 0 } && !ids.Any(tail.Contains))
        {
            var back = Math.Max(at.StepBack, Math.Max(ids.Count, 50));
            return (at with { StartAt = Math.Max(0, at.StartAt - back), StepBack = back * 2, Total = total, Pages = at.Pages + 1 },
                doubt ?? "the list changed its order while it was read");
        }

        // Advance by what came, not by what was asked for: the server has a cap of its own.
        var reached = at.StartAt + ids.Count;
        if (ids.Count == 0 || reached >= total)
            return (null, doubt);
        var overlap = Math.Min(Overlap, ids.Count - 1);
        return (new WalkPosition
        {
            StartAt = reached - overlap,
            Total = total,
            Tail = overlap > 0 ? [.. ids.Skip(ids.Count - overlap)] : null,
            Pages = at.Pages + 1,
        }, doubt);
    }
}
