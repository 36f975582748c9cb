using System.Collections.Immutable;

namespace Hub.FakeGithub;

/// <summary>How two commits relate: what the head has that the base has not (oldest first), and the other way about.</summary>
sealed record Comparison(GithubCommit MergeBase, IReadOnlyList<GithubCommit> Ahead, int Behind, IReadOnlyList<FileChange> Files)
{
    public string Status => (Ahead.Count, Behind) switch { (0, 0) => "identical", (_, 0) => "ahead", (0, _) => "behind", _ => "diverged" };
}

/// <summary>The commits of a repository, reachable or not, and questions about their order. Commits are never removed, as on GitHub.</summary>
sealed class CommitGraph(Lock gate)
{
    const int Remembered = 8;

    readonly Dictionary<string, GithubCommit> bySha = [];
    readonly Dictionary<string, string> shaOfTree = [];
    readonly Dictionary<string, IReadOnlyList<GithubCommit>> histories = [];
    readonly Dictionary<string, ImmutableSortedDictionary<string, TreeFile>> trees = [];

    public int Count => bySha.Count;

    public GithubCommit Add(GithubCommit commit)
    {
        lock (gate)
        {
            commit = commit with { Order = bySha.Count };
            bySha.Add(commit.Sha, commit);
            shaOfTree[commit.TreeSha] = commit.Sha;
            return commit;
        }
    }

    /// <summary>The commit of this hash, or of a beginning of it that is long enough.</summary>
    public GithubCommit? Find(string sha)
    {
        lock (gate)
        {
            if (bySha.TryGetValue(sha, out var commit)) return commit;
            return sha.Length is >= 7 and < 40 ? bySha.Values.FirstOrDefault(c => c.Sha.StartsWith(sha, StringComparison.Ordinal)) : null;
        }
    }

    public GithubCommit? OfTree(string treeSha)
    {
        lock (gate) return shaOfTree.TryGetValue(treeSha, out var sha) ? bySha[sha] : null;
    }

    /// <summary>The commit and all that it descends from, newest committer date first, as <c>git log</c> lists them.</summary>
    public IReadOnlyList<GithubCommit> History(string sha)
    {
        lock (gate)
        {
            if (histories.TryGetValue(sha, out var known)) return known;
            var waiting = new PriorityQueue<GithubCommit, (long, long)>();
            HashSet<string> seen = [];
            List<GithubCommit> ordered = [];
            void Visit(string name)
            {
                if (seen.Add(name)) waiting.Enqueue(bySha[name], (-bySha[name].Committer.Date.UtcTicks, -bySha[name].Order));
            }

            Visit(sha);
            while (waiting.TryDequeue(out var commit, out _))
            {
                ordered.Add(commit);
                foreach (var parent in commit.Parents) Visit(parent);
            }

            if (histories.Count >= Remembered) histories.Clear();
            return histories[sha] = ordered;
        }
    }

    public Comparison? Compare(GithubCommit @base, GithubCommit head)
    {
        lock (gate)
        {
            var (theirs, ours) = (History(@base.Sha), History(head.Sha));
            var known = theirs.Select(c => c.Sha).ToHashSet();
            var common = ours.Where(c => known.Contains(c.Sha)).MaxBy(c => c.Order);
            if (common is null) return null;
            var ahead = ours.Where(c => !known.Contains(c.Sha)).OrderBy(c => c.Order).ToList();
            var mine = ours.Select(c => c.Sha).ToHashSet();
            return new Comparison(common, ahead, theirs.Count(c => !mine.Contains(c.Sha)), Difference(common, head, ahead));
        }
    }

    /// <summary>The files of a commit: what its first parent had, and its own changes.</summary>
    public ImmutableSortedDictionary<string, TreeFile> Tree(GithubCommit commit)
    {
        lock (gate)
        {
            var line = new Stack<GithubCommit>();
            ImmutableSortedDictionary<string, TreeFile>? tree = null;
            for (var at = commit; !trees.TryGetValue(at.Sha, out tree); at = bySha[at.Parents[0]])
            {
                line.Push(at);
                if (!at.Parents.IsEmpty) continue;
                tree = ImmutableSortedDictionary.Create<string, TreeFile>(StringComparer.Ordinal);
                break;
            }

            while (line.TryPop(out var next)) tree = Apply(tree!, next);
            if (trees.Count >= Remembered) trees.Clear();
            return trees[commit.Sha] = tree!;
        }
    }

    static ImmutableSortedDictionary<string, TreeFile> Apply(ImmutableSortedDictionary<string, TreeFile> tree, GithubCommit commit)
    {
        foreach (var change in commit.Changes)
        {
            if (change.Status == "removed")
            {
                tree = tree.Remove(change.Path);
                continue;
            }

            var before = tree.GetValueOrDefault(change.PreviousPath ?? change.Path);
            if (change.PreviousPath is not null) tree = tree.Remove(change.PreviousPath);
            var size = change.Content is { } text ? System.Text.Encoding.UTF8.GetByteCount(text)
                : Math.Max(0, (before?.Size ?? 0) + 40 * (change.Additions - change.Deletions));
            tree = tree.SetItem(change.Path, new TreeFile(commit.Order * 1_000 + change.Path.Length, size, change.Mode, change.Content));
        }

        return tree;
    }

    List<FileChange> Difference(GithubCommit from, GithubCommit to, List<GithubCommit> ahead)
    {
        if (ahead.Count == 0) return [];
        var (before, after) = (Tree(from), Tree(to));
        Dictionary<string, (int Added, int Deleted)> lines = [];
        foreach (var change in ahead.Where(c => c.Parents.Length < 2).SelectMany(c => c.Changes))
        {
            var sum = lines.GetValueOrDefault(change.Path);
            lines[change.Path] = (sum.Added + change.Additions, sum.Deleted + change.Deletions);
        }

        FileChange Changed(string path, string status)
        {
            var (added, deleted) = lines.GetValueOrDefault(path, (1, 1));
            return new FileChange(path, status, status == "removed" ? 0 : added, status == "added" ? 0 : deleted);
        }

        return
        [
            .. after.Where(f => !before.TryGetValue(f.Key, out var was) || was != f.Value)
                .Select(f => Changed(f.Key, before.ContainsKey(f.Key) ? "modified" : "added"))
                .Concat(before.Keys.Where(path => !after.ContainsKey(path)).Select(path => Changed(path, "removed")))
                .OrderBy(c => c.Path, StringComparer.Ordinal),
        ];
    }
}
