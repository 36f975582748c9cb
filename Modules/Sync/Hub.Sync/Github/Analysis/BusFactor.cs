namespace Hub.Sync.Github.Analysis;

/// <summary>
/// The smallest number of people who together made half of the commits: CHAOSS calls it the contributor absence factor. Null without commits.
/// </summary>
/// <param name="Value">How many people.</param>
/// <param name="Authors">Everybody who wrote commits, most first, at most 20.</param>
/// <param name="AuthorCount">How many people that are.</param>
internal sealed record BusFactor(int? Value, IReadOnlyList<AuthorShare> Authors, int AuthorCount)
{
    private const int Shown = 20;

    public static BusFactor Of(IEnumerable<(string Author, long Commits)> authors)
    {
        var ordered = authors.Where(author => author.Commits > 0)
            .OrderByDescending(author => author.Commits).ThenBy(author => author.Author, StringComparer.Ordinal).ToArray();
        var all = ordered.Sum(author => author.Commits);
        var needed = 0;
        for (long sum = 0; needed < ordered.Length && sum * 2 < all; needed++)
            sum += ordered[needed].Commits;
        return new BusFactor(
            ordered.Length == 0 ? null : needed,
            [.. ordered.Take(Shown).Select(author => new AuthorShare(author.Author, author.Commits, Math.Round(author.Commits / (double)all, 4)))], ordered.Length);
    }
}

/// <param name="Author">Account at GitHub, else the name in git.</param>
/// <param name="Commits">How many.</param>
/// <param name="Share">0-1 of all.</param>
internal sealed record AuthorShare(string Author, long Commits, double Share);
