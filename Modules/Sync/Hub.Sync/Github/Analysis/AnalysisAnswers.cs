using System.Text.Json;

namespace Hub.Sync.Github.Analysis;

/// <param name="Name">As GitHub names it.</param>
/// <param name="Bytes">Of the default branch.</param>
/// <param name="Share">0-1 of all.</param>
internal sealed record LanguageShare(string Name, long Bytes, double Share)
{
    /// <param name="languages"><c>{name: bytes}</c>.</param>
    public static IReadOnlyList<LanguageShare> Of(JsonElement languages)
    {
        if (languages.ValueKind is not JsonValueKind.Object)
            return [];
        var counted = languages.EnumerateObject().Where(language => language.Value.TryGetInt64(out var bytes) && bytes > 0)
            .Select(language => (language.Name, Bytes: language.Value.GetInt64())).ToArray();
        var all = counted.Sum(language => language.Bytes);
        return [.. counted.OrderByDescending(language => language.Bytes).ThenBy(language => language.Name, StringComparer.Ordinal)
            .Select(language => new LanguageShare(language.Name, language.Bytes, Math.Round(language.Bytes / (double)all, 4)))];
    }
}

/// <summary>Commits of the default branch.</summary>
/// <param name="Total">All that are stored.</param>
/// <param name="LastMonth">Of these, committed within 30 days.</param>
/// <param name="LastQuarter">Within 90 days.</param>
/// <param name="Detailed">Of those, with known files.</param>
/// <param name="Authors">How many people wrote those.</param>
/// <param name="FirstAt">The oldest.</param>
/// <param name="LastAt">The newest.</param>
/// <param name="Weeks">The last 26 weeks that have commits, oldest first; a week begins on Monday, UTC.</param>
internal sealed record CommitActivity(
    long Total, long LastMonth, long LastQuarter, long Detailed, long Authors, DateTimeOffset? FirstAt, DateTimeOffset? LastAt,
    IReadOnlyList<CommitWeek> Weeks);

/// <param name="Week">Its Monday.</param>
/// <param name="Commits">How many.</param>
internal sealed record CommitWeek(DateOnly Week, long Commits);

/// <param name="Path">The file.</param>
/// <param name="Changes">Commits that touched it.</param>
/// <param name="Additions">Lines added by them.</param>
/// <param name="Deletions">Lines deleted by them.</param>
/// <param name="Authors">How many people made them.</param>
/// <param name="Size">Bytes now; null when it is gone.</param>
/// <param name="LastChangedAt">The newest of them.</param>
internal sealed record HotSpot(string Path, long Changes, long Additions, long Deletions, long Authors, long? Size, DateTimeOffset LastChangedAt);

/// <summary>Figures of the last 90 days, but for those that are open now.</summary>
/// <param name="Open">Open now.</param>
/// <param name="Merged">Merged.</param>
/// <param name="ClosedUnmerged">Closed without being merged.</param>
/// <param name="MedianHoursToMerge">From opening to merging.</param>
/// <param name="MedianHoursToFirstReview">From opening to the first review by somebody else; of those that were reviewed.</param>
/// <param name="ReviewedShare">0-1 of the merged ones that somebody else had reviewed; null without any.</param>
internal sealed record PullFigures(
    long Open, long Merged, long ClosedUnmerged, double? MedianHoursToMerge, double? MedianHoursToFirstReview, double? ReviewedShare);

/// <param name="Runs">Runs that were created.</param>
/// <param name="Succeeded">Completed with success.</param>
/// <param name="Failed">Completed with failure or a timeout.</param>
/// <param name="SuccessRate">0-1 of both; null without any.</param>
/// <param name="MedianDurationMs">Of the last attempt of completed runs.</param>
internal sealed record WorkflowFigures(long Runs, long Succeeded, long Failed, double? SuccessRate, long? MedianDurationMs);
