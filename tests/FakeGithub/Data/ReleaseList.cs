namespace Hub.FakeGithub;

/// <summary>A draft has no tag yet and no date of publishing; only who may write sees it.</summary>
public sealed record GithubRelease
{
    public required long Id { get; init; }
    public required string TagName { get; init; }
    public required string Target { get; init; }
    public required DateTimeOffset Created { get; init; }
    public string? Name { get; init; }
    public string? Body { get; init; }
    public bool Draft { get; init; }
    public bool Prerelease { get; init; }
    public DateTimeOffset? Published { get; init; }
    public GithubUser Author { get; init; } = GithubUser.Colleagues[0];
}

/// <summary>The releases of a repository. Publishing one makes its tag, if it is not there.</summary>
public sealed class ReleaseList
{
    readonly GithubRepository repository;
    readonly Numbered<GithubRelease> releases;

    internal ReleaseList(GithubRepository repository)
    {
        this.repository = repository;
        releases = new Numbered<GithubRelease>(repository.Gate, "release");
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<GithubRelease> All => releases.All;

    public GithubRelease? Find(long id) => releases.TryGet(id, out var release) ? release : null;

    public GithubRelease Create(string tag, Func<GithubRelease, GithubRelease>? shape = null) => repository.Change(told =>
    {
        var made = Add(tag, repository.DefaultBranch, shape);
        told.Add(repository.Event("release", made.Draft ? "created" : "published") with { Release = made });
        return made;
    });

    public GithubRelease Publish(long id) => repository.Change(told =>
    {
        var published = releases[id] = releases[id] with { Draft = false, Published = repository.Now() };
        Mark(published);
        told.Add(repository.Event("release", "published") with { Release = published });
        return published;
    });

    public GithubRelease Update(long id, Func<GithubRelease, GithubRelease> change) => repository.Change(told =>
    {
        var edited = releases[id] = change(releases[id]);
        told.Add(repository.Event("release", "edited") with { Release = edited });
        return edited;
    });

    public void Delete(long id) => repository.Change(told =>
    {
        told.Add(repository.Event("release", "deleted") with { Release = releases[id] });
        releases.Remove(id);
        return true;
    });

    internal GithubRelease Add(string tag, string target, Func<GithubRelease, GithubRelease>? shape)
    {
        var now = repository.Now();
        var blank = new GithubRelease { Id = repository.NextId(), TagName = tag, Target = target, Name = tag, Created = now, Published = now };
        var made = shape is null ? blank : shape(blank);
        if (made.Draft) made = made with { Published = null };
        else Mark(made);
        return releases[made.Id] = made;
    }

    void Mark(GithubRelease release)
    {
        if (repository.Git.Tags.All(t => t.Name != release.TagName)) repository.Git.Tag(release.TagName, release.Target);
    }
}
