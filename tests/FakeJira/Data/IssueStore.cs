using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Hub.Fakes;

namespace Hub.FakeJira;

/// <summary>
/// The issues of the site. Safe to use from a test while requests are served; times come from the site's clock, in milliseconds.
/// </summary>
public sealed partial class IssueStore
{
    readonly Lock gate = new();
    readonly TimeProvider clock;
    readonly User account;
    readonly Dictionary<long, Issue> byId = [];
    readonly Dictionary<string, long> idOfKey = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, int> lastNumber = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<long, List<IssueChange>> history = [];
    readonly List<Project> projects = [];
    Issue[]? snapshot;
    long lastId = 10_000;
    long lastChange = 10_000;

    internal IssueStore(TimeProvider clock, User account) => (this.clock, this.account) = (clock, account);

    /// <summary>Told after each change, outside the store's lock.</summary>
    public event Action<IssueChange>? Changed;

    public int Count
    {
        get { lock (gate) return byId.Count; }
    }

    /// <summary>Grows with each change.</summary>
    public long Version { get; private set; }

    public IReadOnlyList<Project> Projects
    {
        get { lock (gate) return [.. projects]; }
    }

    /// <summary>All issues as they are now, in order of id.</summary>
    public IReadOnlyList<Issue> All => Snapshot();

    public Issue this[string keyOrId] => Find(keyOrId) ?? throw new KeyNotFoundException($"The fake Jira has no issue '{keyOrId}'.");

    public Project AddProject(string key, string name)
    {
        lock (gate)
        {
            var project = new Project(10_000 + projects.Count, key, name);
            projects.Add(project);
            return project;
        }
    }

    /// <summary>The issue of this key, of a key that it had before it was moved, or of this id; else null.</summary>
    public Issue? Find(string keyOrId)
    {
        lock (gate) return Lookup(keyOrId, out var issue) ? issue : null;
    }

    /// <summary>The changes made since the start, oldest first. A generated issue begins without any.</summary>
    public IReadOnlyList<IssueChange> History(long id)
    {
        lock (gate) return history.TryGetValue(id, out var changes) ? [.. changes] : [];
    }

    /// <summary>Makes an issue in the project; <paramref name="shape"/> sets what matters to the caller.</summary>
    public Issue Add(string projectKey, Func<Issue, Issue>? shape = null, User? actor = null) =>
        Apply(ChangeKind.Created, actor, () =>
        {
            var project = ProjectOf(projectKey);
            var now = Now();
            var blank = new Issue
            {
                Id = ++lastId, Key = NextKey(project), Project = project, Reporter = actor ?? account, Created = now, Updated = now,
                Summary = Varied.Summary(lastId), Description = null,
            };
            return new(null, shape is null ? blank : shape(blank));
        }).After!;

    /// <summary>Changes the issue and sets its <c>updated</c>.</summary>
    public Issue Update(string keyOrId, Func<Issue, Issue> change, User? actor = null) => Apply(ChangeKind.Updated, actor, () =>
    {
        var before = this[keyOrId];
        return new(before, Settle(before, change(before)) with { Updated = Now() });
    }).After!;

    /// <summary>Changes the issue but not its <c>updated</c>, as a renamed status or user does.</summary>
    public Issue Rewrite(string keyOrId, Func<Issue, Issue> change) =>
        Apply(ChangeKind.Updated, null, () => new(this[keyOrId], change(this[keyOrId]))).After!;

    /// <summary>Moves the issue to another project: a new key, the same id; the old key goes on leading to it.</summary>
    public Issue Move(string keyOrId, string projectKey) =>
        Apply(ChangeKind.Updated, null, () =>
        {
            var before = this[keyOrId];
            var project = ProjectOf(projectKey);
            return new(before, before with { Project = project, Key = NextKey(project), Updated = Now() });
        }).After!;

    /// <summary>Deletes the issue. Its links vanish from the other issues without a trace in their history or <c>updated</c>, as in Jira.</summary>
    public void Delete(string keyOrId, User? actor = null) => Apply(ChangeKind.Deleted, actor, () =>
    {
        var gone = this[keyOrId];
        foreach (var link in gone.Links)
        {
            if (byId.TryGetValue(link.Beyond(gone.Id), out var other)) byId[other.Id] = other with { Links = other.Links.Remove(link) };
        }

        return new(gone, null);
    });

    /// <summary>The last change of an issue, also of one that was deleted since; null when nothing was done to it.</summary>
    internal IssueChange? LastChange(string keyOrId)
    {
        lock (gate)
        {
            var named = idOfKey.TryGetValue(keyOrId, out var id) || long.TryParse(keyOrId, out id);
            return named && history.TryGetValue(id, out var changes) ? changes[^1] : null;
        }
    }

    internal Issue[] Snapshot()
    {
        lock (gate) return snapshot ??= [.. byId.Values.OrderBy(i => i.Id)];
    }

    /// <summary>What one change does; <paramref name="Items"/> come to the changelog beside what the two states tell.</summary>
    readonly record struct Work(Issue? Before, Issue? After, object? Subject = null, params ChangedField[] Items);

    IssueChange Apply(ChangeKind kind, User? actor, Func<Work> work)
    {
        IssueChange change;
        lock (gate)
        {
            var (before, after, subject, items) = work();
            var at = after is not null && after.Updated != before?.Updated ? after.Updated : Now();
            ImmutableArray<ChangedField> fields = [.. IssueChange.Compare(before, after), .. items];
            change = new IssueChange(++lastChange, kind, before, after, actor ?? User.Colleagues[0], at, fields) { Subject = subject };
            if (after is null) byId.Remove(before!.Id);
            else (byId[after.Id], idOfKey[after.Key]) = (after, after.Id);
            if (!history.TryGetValue(change.Issue.Id, out var changes)) history[change.Issue.Id] = changes = [];
            changes.Add(change);
            snapshot = null;
            Version++;
        }

        Changed?.Invoke(change);
        return change;
    }

    Issue Settle(Issue before, Issue after)
    {
        var done = after.Status.Category == StatusCategory.Complete;
        if (done == (before.Status.Category == StatusCategory.Complete)) return after;
        return done ? after with { Resolved = Now() } : after with { Resolved = null, Resolution = null };
    }

    bool Lookup(string keyOrId, [NotNullWhen(true)] out Issue? issue)
    {
        issue = null;
        return (idOfKey.TryGetValue(keyOrId, out var id) || long.TryParse(keyOrId, out id)) && byId.TryGetValue(id, out issue);
    }

    Project ProjectOf(string key) =>
        projects.Find(p => p.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
        ?? throw new KeyNotFoundException($"The fake Jira has no project '{key}'.");

    string NextKey(Project project) => $"{project.Key}-{lastNumber[project.Key] = lastNumber.GetValueOrDefault(project.Key) + 1}";

    DateTimeOffset Now() => JiraTime.Trim(clock.GetUtcNow());
}
