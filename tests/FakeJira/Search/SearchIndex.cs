using Hub.FakeJira.Jql;

namespace Hub.FakeJira;

/// <summary>What search sees: the store, some time late. Keeps the last sorted result, so that walking an unchanged site costs one sort.</summary>
sealed class SearchIndex
{
    sealed record Late(Issue? Seen, long AfterSearch, DateTimeOffset AfterTime);

    sealed record Sorted(string Jql, long Version, Issue[] Issues);

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

    /// <summary>The issues that the query selects, in its order, as search sees them now.</summary>
    public Issue[] Run(string jql, CompiledQuery query)
    {
        lock (gate)
        {
            searches++;
            Settle();
            if (query.Pinned is { } pinned && late.Count == 0) return Pinned(query, pinned);
            var reusable = late.Count == 0 && !query.DependsOnTime;
            var version = jira.Issues.Version;
            if (reusable && last is not null && last.Jql == jql && last.Version == version) return last.Issues;
            var found = Array.FindAll(late.Count == 0 ? jira.Issues.Snapshot() : Seen(), query.Selects);
            Array.Sort(found, query.Order);
            if (reusable) last = new Sorted(jql, version, found);
            return found;
        }
    }

    Issue[] Pinned(CompiledQuery query, IReadOnlyList<string> pinned)
    {
        var found = pinned.Select(jira.Issues.Find).OfType<Issue>().DistinctBy(i => i.Id).Where(i => query.Selects(i)).ToArray();
        Array.Sort(found, query.Order);
        return found;
    }

    void Delay(IssueChange change)
    {
        lock (gate)
        {
            if (jira.Search.IndexLagSearches <= 0 && jira.Search.IndexLag <= TimeSpan.Zero) return;
            var seen = late.TryGetValue(change.Issue.Id, out var earlier) ? earlier.Seen : change.Before;
            late[change.Issue.Id] = new Late(seen, searches + jira.Search.IndexLagSearches, change.At + jira.Search.IndexLag);
        }
    }

    void Settle()
    {
        var now = jira.Clock.GetUtcNow();
        foreach (var (id, entry) in late)
        {
            if (searches > entry.AfterSearch && now >= entry.AfterTime) late.Remove(id);
        }
    }

    Issue[] Seen() =>
    [
        .. jira.Issues.Snapshot().Where(i => !late.ContainsKey(i.Id)),
        .. late.Values.Select(l => l.Seen).OfType<Issue>(),
    ];
}
