using System.Collections.Immutable;

namespace Hub.FakeGithub;

/// <summary>
/// One repository: what it is, and its parts. Safe to change from a test while requests are served; times come from the site's clock, in
/// whole seconds. Changes are told to the registered hooks.
/// </summary>
public sealed class GithubRepository
{
    readonly TimeProvider clock;
    long lastId;
    int lastNumber;

    internal GithubRepository(long id, GithubUser owner, string name, TimeProvider clock)
    {
        (Id, Owner, Name, this.clock) = (id, owner, name, clock);
        Created = Updated = Pushed = Now();
        Git = new GitData(this);
        Issues = new IssueList(this);
        Pulls = new PullList(this);
        Releases = new ReleaseList(this);
        Runs = new RunList(this);
        Hooks = new HookList(this);
    }

    public long Id { get; }
    public GithubUser Owner { get; internal set; }
    public string Name { get; internal set; }
    public string FullName => $"{Owner.Login}/{Name}";
    public string DefaultBranch { get; set; } = "main";
    public bool Private { get; set; }
    public bool Disabled { get; set; }
    public bool HasWiki { get; set; } = true;
    public bool Archived { get; private set; }
    public string? Description { get; set; }
    public string? LicenceKey { get; set; } = "mit";
    public ImmutableArray<string> Topics { get; set; } = [];

    /// <summary>The tokens no longer reach it, as when somebody is taken off a team: it answers 404 like one that does not exist.</summary>
    public bool Hidden { get; set; }

    public DateTimeOffset Created { get; internal set; }
    public DateTimeOffset Updated { get; internal set; }
    public DateTimeOffset Pushed { get; internal set; }

    public GitData Git { get; }
    public PullList Pulls { get; }
    public IssueList Issues { get; }
    public ReleaseList Releases { get; }
    public RunList Runs { get; }
    public HookList Hooks { get; }

    /// <summary>Bytes by language; null counts those of the default branch by the endings of its files.</summary>
    public IReadOnlyDictionary<string, long>? Languages { get; set; }

    internal Lock Gate { get; } = new();

    /// <summary>Told after each change, outside the lock.</summary>
    internal event Action<GithubEvent>? Happened;

    /// <summary>Nobody can write to it any more.</summary>
    public void Archive(bool archived = true) => Change(told =>
    {
        (Archived, Updated) = (archived, Now());
        told.Add(Event("repository", archived ? "archived" : "unarchived"));
        return true;
    });

    internal GithubEvent Event(string name, string? action, GithubUser? actor = null) => new(this, name, action, actor ?? GithubUser.Colleagues[0]);

    internal long NextId() => Id * 10_000_000 + ++lastId;

    /// <summary>Issues and pull requests share one sequence.</summary>
    internal int NextNumber() => ++lastNumber;

    internal DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)).ToUniversalTime();
    }

    internal T Change<T>(Func<List<GithubEvent>, T> work)
    {
        List<GithubEvent> told = [];
        T result;
        lock (Gate) result = work(told);
        foreach (var happened in told) Happened?.Invoke(happened);
        return result;
    }
}
