using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Tree;

/// <summary>
/// The files of the default branch's head, in one call where GitHub can show them all at once, else folder by folder. Nothing is read when the tree is the
/// one that is stored.
/// </summary>
internal sealed class TreeStream(GithubSession session) : GithubStream<TreeWalk>(StreamName, session)
{
    public const string StreamName = "tree";

    protected override async Task<StreamPage> Read(TreeWalk walk, Repo repo, CancellationToken ct)
    {
        if (walk.Root is null)
        {
            if (repo.Head is null || (repo.Head == repo.TreeCommitSha && !Session.Context.Full))
                return Page(walk, last: true, (_, _) => Task.FromResult(new PageCounts()));
            // Any value of "recursive" recurses, even 0: it is left out.
            using var head = await Session.Api.Get($"{repo.Api}/git/trees/{repo.Head}", ct);
            (walk.Commit, walk.Root) = (repo.Head, head.Root.Text("sha") ?? throw new ProviderFailure("not_found", "the default branch has no files.", false));
            if (walk.Root == repo.TreeSha && !Session.Context.Full)
                return Page(walk, last: true, async (unit, stop) =>
                {
                    await Finish(walk, repo, unit, stop);
                    return new PageCounts();
                });
            walk.Folders.Add(new Folder("", walk.Root));
        }

        var folder = walk.Folders[^1];
        walk.Folders.RemoveAt(walk.Folders.Count - 1);
        var (entries, whole) = await Entries(walk, repo, folder, ct);
        var (last, truncated) = (walk.Folders.Count == 0, walk.Truncated);
        return Page(walk, last, async (unit, stop) =>
        {
            var counts = await unit.GetRequiredService<TreeWriter>().Write(repo, folder.Path, entries, whole, keepOthers: truncated, stop);
            if (last)
                await Finish(walk, repo, unit, stop);
            return counts;
        });
    }

    /// <returns>What is below the folder: all of it, or only its own entries, with its folders left to be read.</returns>
    private async Task<(TreeEntry[] Entries, bool Whole)> Entries(TreeWalk walk, Repo repo, Folder folder, CancellationToken ct)
    {
        using (var whole = await Session.Api.Get($"{repo.Api}/git/trees/{folder.Sha}?recursive=1", ct))
            if (!whole.Root.Flag("truncated"))
                return (Read(whole, folder), true);
        using var own = await Session.Api.Get($"{repo.Api}/git/trees/{folder.Sha}", ct);
        var entries = Read(own, folder);
        if (own.Root.Flag("truncated"))
            (walk.Truncated, walk.Doubt) = (true, "the repository has more files than GitHub shows.");
        walk.Folders.AddRange(entries.Where(entry => entry.IsFolder).Select(entry => new Folder(entry.Path + "/", entry.Sha)));
        return (entries, false);
    }

    private static TreeEntry[] Read(GithubPage page, Folder folder) =>
        [.. page.Root.Items("tree").Select(record => TreeEntry.Read(record, folder.Path)).OfType<TreeEntry>()];

    private static Task<int> Finish(TreeWalk walk, Repo repo, IServiceProvider unit, CancellationToken ct) => unit.GetRequiredService<Db>().Execute(
        TreeWriter.Finish, new { repo.IntegrationId, repo.RepositoryId, walk.Root, walk.Commit, walk.Truncated }, ct);
}

/// <summary>Where a walk through the folders stands.</summary>
internal sealed class TreeWalk : WalkState
{
    /// <summary>The commit whose tree is read.</summary>
    public string? Commit { get; set; }

    /// <summary>Its tree.</summary>
    public string? Root { get; set; }

    /// <summary>Not even folder by folder everything is shown.</summary>
    public bool Truncated { get; set; }

    /// <summary>Folders to be read, the last one first.</summary>
    public List<Folder> Folders { get; set; } = [];
}

/// <param name="Path">With a slash at its end; empty for the root.</param>
/// <param name="Sha">Its tree.</param>
internal sealed record Folder(string Path, string Sha);
