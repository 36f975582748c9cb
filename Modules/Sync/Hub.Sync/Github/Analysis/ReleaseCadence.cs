using System.Text.RegularExpressions;

namespace Hub.Sync.Github.Analysis;

/// <summary>How releases follow each other. Drafts count for nothing.</summary>
/// <param name="Total">Published releases.</param>
/// <param name="Prereleases">How many of them are marked so.</param>
/// <param name="LastYear">Published within 365 days.</param>
/// <param name="Latest">The newest that is no prerelease, as <c>{tag, published_at}</c>.</param>
/// <param name="MedianDaysBetween">Between two releases that are no prereleases; null with fewer than two.</param>
/// <param name="Regularity">regular when the middle half of the gaps differs by no more than half of the median, else irregular; null with fewer than four gaps.</param>
/// <param name="Versioning">semver, calver, mixed or other; null without releases.</param>
internal sealed partial record ReleaseCadence(
    int Total, int Prereleases, int LastYear, PublishedRelease? Latest, double? MedianDaysBetween, string? Regularity, string? Versioning)
{
    public static ReleaseCadence Of(IReadOnlyCollection<PublishedRelease> releases, DateTimeOffset now)
    {
        var stable = releases.Where(release => !release.Prerelease).OrderBy(release => release.PublishedAt).ToArray();
        var gaps = stable.Zip(stable.Skip(1), (before, after) => (after.PublishedAt - before.PublishedAt).TotalDays).Order().ToArray();
        return new ReleaseCadence(
            releases.Count, releases.Count(release => release.Prerelease), releases.Count(release => release.PublishedAt > now.AddDays(-365)),
            stable.LastOrDefault(), gaps.Length == 0 ? null : Math.Round(Quantile(gaps, 0.5), 2), RegularityOf(gaps), VersioningOf(releases));
    }

    private static string? RegularityOf(double[] gaps) => gaps.Length < 4 ? null
        : Quantile(gaps, 0.75) - Quantile(gaps, 0.25) <= Quantile(gaps, 0.5) / 2 ? "regular" : "irregular";

    private static string? VersioningOf(IReadOnlyCollection<PublishedRelease> releases)
    {
        if (releases.Count == 0)
            return null;
        var calendar = releases.Count(release => Calendar().IsMatch(release.Tag));
        var semantic = releases.Count(release => !Calendar().IsMatch(release.Tag) && Semantic().IsMatch(release.Tag));
        return (semantic * 10 >= releases.Count * 9, calendar * 10 >= releases.Count * 9, semantic + calendar) switch
        {
            (true, _, _) => "semver",
            (_, true, _) => "calver",
            (_, _, 0) => "other",
            _ => "mixed",
        };
    }

    internal static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        return sorted[below] + (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (place - below);
    }

    // semver.org 2.0.0 with what people put before it: v1.2.3, name-1.2.3, name@1.2.3.
    [GeneratedRegex(@"(^|[^0-9.])\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Semantic();

    // calver.org: begins with a year.
    [GeneratedRegex(@"^\D*(19|20)\d\d[.\-_]?(0?[1-9]|1[0-2])([.\-_]|\d|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Calendar();
}

internal sealed record PublishedRelease(string Tag, DateTimeOffset PublishedAt, bool Prerelease);
