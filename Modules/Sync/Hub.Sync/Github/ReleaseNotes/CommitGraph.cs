namespace Hub.Sync.Github.ReleaseNotes;

/// <summary>Commits and their parents, as far as they are stored.</summary>
internal sealed class CommitGraph(IEnumerable<CommitNode> commits)
{
    private readonly Dictionary<string, string[]> parents = commits.ToDictionary(commit => commit.Sha, commit => commit.Parents, StringComparer.Ordinal);

    public bool Knows(string sha) => parents.ContainsKey(sha);

    /// <summary>What one commit reaches and the other does not, itself included: <c>git log from..to</c>.</summary>
    /// <param name="from">Null reaches nothing.</param>
    /// <param name="to">Where to begin.</param>
    public IReadOnlySet<string> Between(string? from, string to)
    {
        var excluded = from is null ? [] : Reach(from, []);
        return Reach(to, excluded);
    }

    // With a list of its own instead of recursion: histories are longer than stacks.
    private HashSet<string> Reach(string from, HashSet<string> without)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([from]);
        while (next.TryPop(out var sha))
            if (!without.Contains(sha) && parents.TryGetValue(sha, out var above) && reached.Add(sha))
                foreach (var parent in above)
                    next.Push(parent);
        return reached;
    }
}

internal sealed record CommitNode(string Sha, string[] Parents);
