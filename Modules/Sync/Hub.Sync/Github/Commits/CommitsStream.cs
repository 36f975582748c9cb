using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Contracts;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Commits;

/// <summary>
/// Every commit that any branch reaches, whenever it was made: a branch is compared with where it pointed to before, a new one with the default branch, and
/// what cannot be compared (the old head is gone, no common history) is listed from its head to its root. Dates decide nothing, because old commits are
/// pushed late. A comparison is right after a force push too: it tells what the new head reaches and the old one did not.
/// </summary>
internal sealed class CommitsStream(GithubSession session) : GithubStream<CommitWalk>(StreamName, session)
{
    public const string StreamName = "commits";

    protected override bool Optional => false;

    protected override void Plan(CommitWalk walk, Repo repo, JsonElement? known)
    {
        walk.Full = Session.Context.Full;
        walk.DefaultHead = repo.Head;
        walk.Rewritten = walk.Full || (known is { } last && last.Text("default_branch") != repo.DefaultBranch);
    }

    protected override async Task<StreamPage> Read(CommitWalk walk, Repo repo, CancellationToken ct)
    {
        if (walk.Branch == 0 && !await Take(walk, repo, ct))
            return Page(walk, last: true, async (unit, stop) =>
            {
                await Save(repo, new { default_branch = repo.DefaultBranch }, unit, stop);
                return new PageCounts();
            });
        while (true)
        {
            var place = walk.Next ?? Start(walk, repo);
            var page = place is null ? null : await Session.Api.Get(place, ct, accept: [404, 409, 422]);
            if (page is { Found: true } && !(walk.Next is null && CutShort(walk.Step, page)))
                return Stored(walk, repo, page);
            page?.Dispose();
            (walk.Next, walk.Rewritten) = (null, walk.Rewritten || (walk.IsDefault && place is not null));
            if (walk.Step++ < WalkStep.List)
                continue;
            // Deleted or moved since the branches were read, or empty: the next run sees where it is then.
            walk.Doubt = $"the commits of branch {walk.Name} could not be read: it moved meanwhile.";
            walk.Branch = 0;
            return Page(walk, last: false, (_, _) => Task.FromResult(new PageCounts()));
        }
    }

    public override async Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct)
    {
        var walk = WalkState.Read<CommitWalk>(state);
        if (walk is { Rewritten: true, DefaultHead: not null })
            await unit.GetRequiredService<Db>().Execute(CommitTable.ReachAnew, new
            {
                integrationId = Session.Integration, repositoryId = walk.Repository, head = walk.DefaultHead, now = Session.Now,
            }, ct);
        return new StreamEnd(Remark: walk.Doubt);
    }

    private async Task<bool> Take(CommitWalk walk, Repo repo, CancellationToken ct)
    {
        var branch = await Session.Ask<Db, BranchToWalk?>(db => db.First<BranchToWalk>(CommitTable.NextBranch, new
        {
            repo.IntegrationId, repo.RepositoryId, repo.DefaultBranch, walk.Full, walk.Begun, walk.After,
        }, ct));
        if (branch is null)
            return false;
        (walk.Begun, walk.Branch, walk.Name, walk.Head, walk.IsDefault, walk.Next) = (true, branch.Id, branch.Name, branch.Head, branch.IsDefault, null);
        walk.After = branch.IsDefault ? 0 : branch.Id;
        walk.Walked = branch.Walked;
        walk.Step = walk.Full || branch.Walked is null ? WalkStep.FromDefault : WalkStep.FromWalked;
        return true;
    }

    /// <summary>The first page of the walk's step; null when there is nothing to compare with.</summary>
    private static string? Start(CommitWalk walk, Repo repo) => walk.Step switch
    {
        WalkStep.FromWalked => $"{repo.Api}/compare/{walk.Walked}...{walk.Head}?per_page=100",
        WalkStep.FromDefault when !walk.IsDefault && walk.DefaultHead is { } head => $"{repo.Api}/compare/{head}...{walk.Head}?per_page=100",
        WalkStep.List => $"{repo.Api}/commits?sha={walk.Head}&per_page=100",
        _ => null,
    };

    // Older servers show at most 250 commits of a comparison and no further page.
    private static bool CutShort(WalkStep step, GithubPage page) =>
        step != WalkStep.List && page.Next is null && page.Root.Number("total_commits") > page.Root.Items("commits").Count();

    private StreamPage Stored(CommitWalk walk, Repo repo, GithubPage page)
    {
        var records = (walk.Step is WalkStep.List ? page.Root.Items() : page.Root.Items("commits")).ToArray();
        if (walk.IsDefault && page.Root.Text("status") is "diverged" or "behind")
            walk.Rewritten = true;
        var rows = records.Select(record => CommitRow.Read(record, walk.IsDefault)).OfType<CommitRow>().ToArray();
        var (branch, head, onDefault, first, name) = (walk.Branch, walk.Head, walk.IsDefault, walk.First, walk.Name);
        walk.Next = page.Next;
        if (page.Next is null)
            walk.Branch = 0;
        return Page(walk, last: false, async (unit, ct) =>
        {
            var db = unit.GetRequiredService<Db>();
            var outcome = await unit.GetRequiredService<RowWriter>().Write(CommitTable.Rows, repo, rows, ct);
            if (onDefault)
                await db.Execute(CommitTable.Reach, new
                {
                    repo.IntegrationId, repo.RepositoryId, shas = rows.Select(row => row.Sha).ToArray(), now = Session.Now,
                }, ct);
            if (page.Next is null)
                await db.Execute(CommitTable.Walked, new { repo.IntegrationId, branch, head }, ct);
            if (!first)
                await unit.GetRequiredService<RepositoryNews>().Tell(
                    repo, [.. outcome.Changes.Where(change => change.Created).Select(change => Created(change, name))], ct);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, Failed: records.Length - rows.Length);
        }, page);
    }

    private static RepositoryChange Created(RowChange<CommitRow> change, string? branch) => new(
        "commit.created", change.Id, change.Row.Sha, change.Row.Title, change.Row.AuthorLogin ?? change.Row.AuthorName, branch, change.Row.HtmlUrl,
        change.Row.CommittedAt);
}
