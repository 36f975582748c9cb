using Hub.FakeJira.Jql;

namespace Hub.FakeJira;

/// <summary>
/// What search sees: the store, some time late. Keeps the last sorted result and mends it after each change, so that walking a site costs one sort.
/// </summary>
sealed class SearchIndex
{
    sealed record Late(Issue? Seen, long AfterSearch, DateTimeOffset AfterTime);

    sealed record Sorted(string Jql, string Zone, CompiledQuery Query, long Version, Issue[] Issues);

    readonly Lock gate = new();
    readonly FakeJiraServer jira;
    readonly Dictionary<long, Late> late = [];
    Sorted? last;
    long searches;

    public SearchIndex(FakeJiraServer jira)
    {
        this.jira = jira;
        jira.Issues.Changed += Delay;
    }

    public CompiledQuery Compile(string jql, Func<string, bool>? tolerates = null)
    {
        var epoch = jira.Options.Deployment == Deployment.Cloud || jira.Search.EpochMilliseconds;
        var dates = new JqlDates(jira.TimeZone, jira.Clock.GetUtcNow(), epoch);
        return new JqlCompiler(jira.Issues, jira.Account, dates, tolerates).Compile(JqlParser.Parse(jql));
    }

    /// <summary>The issues that the query selects, in its order, as search sees them now; those of these ids as they really are.</summary>
    public Issue[] Run(string jql, CompiledQuery query, IReadOnlyList<string>? reconcile = null)
    {
        lock (gate)
        {
            searches++;
            Settle();
            if (query.Pinned is { } pinned && late.Count == 0) return Pinned(query, pinned);
            var reusable = late.Count == 0 && !query.DependsOnTime;
            var version = jira.Issues.Version;
            if (reusable && last is not null && last.Jql == jql && last.Zone == jira.TimeZone.Id && last.Version == version) return last.Issues;
            var found = Array.FindAll(late.Count == 0 ? jira.Issues.Snapshot() : Seen([.. reconcile ?? []]), Selection(query));
            Array.Sort(found, query.Order);
            if (reusable) last = new Sorted(jql, jira.TimeZone.Id, query, version, found);
            return found;
        }
    }

    Issue[] Pinned(CompiledQuery query, IReadOnlyList<string> pinned)
    {
        var found = pinned.Select(jira.Issues.Visible).OfType<Issue>().DistinctBy(i => i.Id).Where(i => query.Selects(i)).ToArray();
        Array.Sort(found, query.Order);
        return found;
    }

    // Whether somebody may see an issue is asked at once, however late the index is.
    Predicate<Issue> Selection(CompiledQuery query) =>
        jira.Issues.HidesNothing ? query.Selects : i => !jira.Issues.Hides(i) && query.Selects(i);

    void Delay(IssueChange change)
    {
        lock (gate)
        {
            last = last is null ? null : Mended(last, change);
            if (jira.Search.IndexLagSearches <= 0 && jira.Search.IndexLag <= TimeSpan.Zero) return;
            var seen = late.TryGetValue(change.Issue.Id, out var earlier) ? earlier.Seen : change.Before;
            late[change.Issue.Id] = new Late(seen, searches + jira.Search.IndexLagSearches, change.At + jira.Search.IndexLag);
        }
    }

    // Null when it cannot be mended: it missed a change, or links vanished from other issues along with a deleted one.
    Sorted? Mended(Sorted sorted, IssueChange change)
    {
        var version = sorted.Version + 1;
        if (version != jira.Issues.Version || change is { After: null, Before.Links.Length: > 0 }) return null;
        var selects = Selection(sorted.Query);
        var order = Comparer<Issue>.Create(sorted.Query.Order);
        var issues = new List<Issue>(sorted.Issues);
        if (change.Before is { } before && selects(before))
        {
            var at = issues.BinarySearch(before, order);
            if (at < 0) return null;
            issues.RemoveAt(at);
        }

        if (change.After is { } after && selects(after))
        {
            var at = issues.BinarySearch(after, order);
            if (at >= 0) return null;
            issues.Insert(~at, after);
        }

        return sorted with { Version = version, Issues = [.. issues] };
    }

    void Settle()
    {
        var now = jira.Clock.GetUtcNow();
        foreach (var (id, entry) in late)
        {
            if (searches > entry.AfterSearch && now >= entry.AfterTime) late.Remove(id);
        }
    }

    Issue[] Seen(HashSet<string> fresh) =>
    [
        .. jira.Issues.Snapshot().Where(i => !late.ContainsKey(i.Id) || fresh.Contains($"{i.Id}")),
        .. late.Where(l => !fresh.Contains($"{l.Key}")).Select(l => l.Value.Seen).OfType<Issue>(),
    ];
}
