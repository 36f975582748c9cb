namespace Hub.FakeGithub;

/// <summary>All repositories of the site, by number and by name. A name that was given up leads to its repository until another takes it.</summary>
public sealed class RepositoryStore
{
    const long FirstId = 1_296_269;

    readonly Lock gate = new();
    readonly TimeProvider clock;
    readonly List<GithubRepository> repositories = [];
    readonly Dictionary<string, GithubRepository> former = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, GithubUser> owners = new(StringComparer.OrdinalIgnoreCase);

    internal RepositoryStore(TimeProvider clock) => this.clock = clock;

    internal event Action<GithubEvent>? Happened;

    internal event Action<GithubRepository, GithubHook>? Pinged;

    public IReadOnlyList<GithubRepository> All
    {
        get { lock (gate) return [.. repositories]; }
    }

    public GithubRepository this[string fullName] =>
        Find(fullName) ?? throw new KeyNotFoundException($"The fake GitHub has no repository '{fullName}'.");

    public GithubRepository? Find(string fullName) => All.FirstOrDefault(r => r.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase));

    public GithubRepository? Find(long id) => All.FirstOrDefault(r => r.Id == id);

    /// <summary>The repository that had this name before it was renamed or transferred.</summary>
    internal GithubRepository? Formerly(string fullName)
    {
        lock (gate) return former.GetValueOrDefault(fullName);
    }

    /// <summary>Makes a repository and fills it with generated things; the same seed at the same time gives the same.</summary>
    public GithubRepository Create(RepositorySeed seed)
    {
        var parts = seed.FullName.Split('/');
        GithubRepository made;
        lock (gate)
        {
            made = new GithubRepository(FirstId + 1_000 * (repositories.Count + former.Count), Owner(parts[0]), parts[1], clock)
            {
                DefaultBranch = seed.DefaultBranch, Private = seed.Private,
            };
            repositories.Add(made);
        }

        RepositoryGenerator.Fill(made, seed);
        made.Happened += told => Happened?.Invoke(told);
        made.Hooks.Pinged += hook => Pinged?.Invoke(made, hook);
        return made;
    }

    /// <summary>Gives it another name: the old one is 301 from now on.</summary>
    public void Rename(string fullName, string name) =>
        Move(this[fullName], r => r.Name = name, "renamed", r => new { repository = new { name = new { from = r.Name } } });

    /// <summary>Gives it another owner: the old name is 301 from now on.</summary>
    public void Transfer(string fullName, string owner) =>
        Move(this[fullName], r => r.Owner = Owner(owner), "transferred",
            r => new { owner = new { from = new { organization = new { login = r.Owner.Login } } } });

    /// <summary>Takes it away for good: 404 by name and by number.</summary>
    public void Delete(string fullName)
    {
        var gone = this[fullName];
        gone.Change(told =>
        {
            told.Add(gone.Event("repository", "deleted"));
            return true;
        });
        lock (gate)
        {
            repositories.Remove(gone);
            foreach (var name in former.Where(f => f.Value == gone).Select(f => f.Key).ToList()) former.Remove(name);
        }
    }

    void Move(GithubRepository repository, Action<GithubRepository> change, string action, Func<GithubRepository, object> changes)
    {
        lock (gate)
        {
            former[repository.FullName] = repository;
        }

        repository.Change(told =>
        {
            var from = changes(repository);
            change(repository);
            repository.Updated = repository.Now();
            told.Add(repository.Event("repository", action) with { Changes = from });
            return true;
        });
    }

    GithubUser Owner(string login)
    {
        if (!owners.TryGetValue(login, out var owner))
            owners[login] = owner = new GithubUser(70_590_530 + owners.Count, login, login, $"{login}@example.com", "Organization");
        return owner;
    }
}
