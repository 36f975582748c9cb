namespace Hub.Sync.Github.Analysis;

/// <summary>How branches are named and used.</summary>
/// <param name="Total">Branches that exist.</param>
/// <param name="Protected">How many of them are protected.</param>
/// <param name="Active">With a commit at their head within 90 days.</param>
/// <param name="Stale">Without; the default branch does not count. A head whose commit is not stored counts as neither.</param>
/// <param name="Prefixes">The first words of names with a slash, such as <c>feature</c>, most first.</param>
/// <param name="Model">git_flow, release_branches, feature_branches or trunk; what the names suggest, no more.</param>
internal sealed record BranchPatterns(int Total, int Protected, int Active, int Stale, IReadOnlyList<BranchPrefix> Prefixes, string Model)
{
    public static BranchPatterns Of(IReadOnlyCollection<BranchHead> branches, string defaultBranch, DateTimeOffset now)
    {
        var fresh = now.AddDays(-90);
        var prefixes = branches.Where(branch => branch.Name.IndexOf('/') > 0)
            .GroupBy(branch => branch.Name[..branch.Name.IndexOf('/')].ToLowerInvariant(), StringComparer.Ordinal)
            .Select(group => new BranchPrefix(group.Key, group.Count()))
            .OrderByDescending(prefix => prefix.Branches).ThenBy(prefix => prefix.Prefix, StringComparer.Ordinal).ToArray();
        return new BranchPatterns(
            branches.Count, branches.Count(branch => branch.Protected), branches.Count(branch => branch.CommittedAt >= fresh),
            branches.Count(branch => branch.CommittedAt < fresh && branch.Name != defaultBranch),
            [.. prefixes.Take(10)], ModelOf(branches, prefixes, defaultBranch));
    }

    private static string ModelOf(IReadOnlyCollection<BranchHead> branches, BranchPrefix[] prefixes, string defaultBranch)
    {
        var names = branches.Select(branch => branch.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        bool Prefix(params ReadOnlySpan<string> wanted)
        {
            foreach (var word in wanted)
                if (prefixes.Any(prefix => prefix.Prefix == word))
                    return true;
            return false;
        }

        return (names.Contains("develop") || names.Contains("development")) && (names.Contains("main") || names.Contains("master")) ? "git_flow"
            : Prefix("release", "releases", "support") || names.Any(name => name.StartsWith("release-", StringComparison.OrdinalIgnoreCase)) ? "release_branches"
            : names.Any(name => !name.Equals(defaultBranch, StringComparison.OrdinalIgnoreCase)) ? "feature_branches" : "trunk";
    }
}

/// <param name="Prefix">In lower case.</param>
/// <param name="Branches">How many.</param>
internal sealed record BranchPrefix(string Prefix, int Branches);

/// <param name="Name">The branch.</param>
/// <param name="Protected">As GitHub says.</param>
/// <param name="CommittedAt">When its head was committed; null where that commit is not stored.</param>
internal sealed record BranchHead(string Name, bool Protected, DateTimeOffset? CommittedAt);
