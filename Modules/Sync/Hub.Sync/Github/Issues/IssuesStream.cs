using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Runs;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Issues;

/// <summary>
/// Issues as tickets, in the order in which they changed. Each page begins at the time at which the one before ended, because an issue that changes meanwhile
/// moves to the end and the places of all others move up: pages by number would skip one. A full walk tells what is gone.
/// </summary>
internal sealed class IssuesStream(GithubSession session, SyncOptions options) : GithubStream<IssuesStream.Position>(StreamName, session)
{
    public const string StreamName = "issues";

    // GitHub's index may lag behind.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    protected override void Plan(Position walk, Repo repo, JsonElement? known)
    {
        walk.Began = Session.Now;
        walk.Newest = known?.Time("updated_until");
        walk.Since = Session.Context.Full ? null : walk.Newest - Overlap;
    }

    protected override async Task<StreamPage> Read(Position walk, Repo repo, CancellationToken ct)
    {
        var askedAt = Session.Now;
        var page = await Session.Api.Get(walk.Next ?? First(repo, walk.Since), ct, keep: true);
        var records = page.Root.Items().ToArray();
        var issues = records.Where(record => !GithubIssue.IsPull(record)).ToArray();
        var read = issues.Select(record => GithubIssue.Read(record, repo)).OfType<RemoteTicket>().ToArray();
        var tickets = read.GroupBy(ticket => ticket.ExternalId, StringComparer.Ordinal).Select(same => same.MaxBy(ticket => ticket.RemoteUpdatedAt)!).ToArray();
        var failed = issues.Length - read.Length;
        if (failed > 0)
            walk.Doubt = "some issues could not be read, so that none was taken for deleted.";
        Advance(walk, repo, records, page.Next);
        var (newest, last) = (walk.Newest, page.Next is null);
        return Page(walk, last, async (unit, stop) =>
        {
            var source = new TicketSource(repo.IntegrationId, repo.ScopePath, repo.RepositoryId, ByWalk: true, askedAt, Provider: "github");
            var outcome = await unit.GetRequiredService<TicketWriter>().Write(source, tickets, stop);
            if (Session.Context.Full)
                await unit.GetRequiredService<Tombstones>().NoteSeen(Session.Context.Run.Id, [.. tickets.Select(ticket => ticket.ExternalId)], stop);
            if (last)
                await Save(repo, new { updated_until = newest }, unit, stop);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, Failed: failed);
        }, page);
    }

    public override async Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct)
    {
        var walk = WalkState.Read<Position>(state);
        var run = Session.Context.Run;
        return Session.Context.Full && walk.Doubt is null
            ? await unit.GetRequiredService<Tombstones>().Settle(
                new Walk(run.Id, run.IntegrationId, walk.Repository, walk.Began), run.ScopePath, options.DeleteGuardPercent, ct)
            : new StreamEnd(Remark: walk.Doubt);
    }

    private static void Advance(Position walk, Repo repo, JsonElement[] records, string? next)
    {
        var newest = records.Max(record => record.Time("updated_at"));
        if (walk.Newest is null || newest > walk.Newest)
            walk.Newest = newest ?? walk.Newest;
        var reached = records.Length == 0 ? null : records[^1].Time("updated_at");
        if (walk.Next is not null)
            walk.Next = next;
        else if (walk.Since is null || reached > walk.Since)
            walk.Since = reached;
        else
            // More than a page of the same second: the rest is read in order of creation, which does not change meanwhile.
            walk.Next = next is null ? null : First(repo, walk.Since, "created");
    }

    private static string First(Repo repo, DateTimeOffset? since, string sort = "updated") =>
        $"{repo.Api}/issues?state=all&sort={sort}&direction=asc&per_page=100" + (since is { } time ? $"&since={time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "");

    internal sealed class Position : WalkState
    {
        /// <summary>The hub's clock when the walk began.</summary>
        public DateTimeOffset Began { get; set; }

        /// <summary>What changed before is stored; null for everything.</summary>
        public DateTimeOffset? Since { get; set; }

        /// <summary>The last change that was met.</summary>
        public DateTimeOffset? Newest { get; set; }

        /// <summary>A page that GitHub names; null for the one that begins at <see cref="Since"/>.</summary>
        public string? Next { get; set; }
    }
}
