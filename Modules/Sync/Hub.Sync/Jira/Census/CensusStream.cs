using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira.Census;

/// <summary>
/// Compares the ids of a Jira with those that are stored, between full runs: finds what was deleted, moved away or hidden, and what came back without a new
/// time of update. Reads ids only, and the few issues that it is about.
/// </summary>
internal sealed class CensusStream(StreamContext context, JiraSite site, IServiceScopeFactory scopes, TimeProvider time, SyncOptions options) : IStream
{
    private const int IdsAtOnce = 5000;
    private readonly FieldMappings mappings = FieldMappings.Of(context.Connection);
    private IIssueSearch? search;

    public async Task<JsonElement> Begin(CancellationToken ct) => StreamState.Write(new CensusWalk
    {
        Query = Jql.Compose([context.Connection.Setting("jql")], context.Connection.ProjectKeys(), null, Jql.InOrderOfCreation),
        Cloud = await site.IsCloud(ct),
        SiteKey = context.Connection.SiteKey(),
        Began = time.GetUtcNow(),
    });

    public async Task<StreamPage> Fetch(JsonElement state, CancellationToken ct)
    {
        var walk = StreamState.Read<CensusWalk>(state);
        return walk.Phase switch
        {
            CensusPhase.Count => await Count(walk, ct),
            CensusPhase.Turn => new CensusPage(context, walk, []) { State = StreamState.Write(walk with { Phase = CensusPhase.Recover }), Last = false },
            _ => await Recover(walk, ct),
        };
    }

    public async Task<JsonElement> Confirm(JsonElement state, CancellationToken ct)
    {
        var walk = StreamState.Read<CensusWalk>(state);
        if (walk.Doubt is not null)
            return state;
        await site.RequireAccount(ct);
        await using var scope = scopes.CreateAsyncScope();
        var missing = await scope.ServiceProvider.GetRequiredService<WalkedIds>().Missing(Walk(walk), options.DeleteGuardPercent, ct);
        return StreamState.Write(walk with { StillThere = await new MissingIssues(site, context.Connection, walk.Cloud).StillThere(missing, ct) });
    }

    public async Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct)
    {
        var walk = StreamState.Read<CensusWalk>(state);
        if (walk.Doubt is { } doubt)
            return new StreamEnd(Remark: $"The census deleted nothing, because {doubt}.");
        var tombstones = unit.GetRequiredService<Tombstones>();
        await unit.GetRequiredService<CensusBook>().Close(context.Run, context.Connection.QueryHash(), ct);
        await tombstones.NoteSeen(context.Run.Id, walk.StillThere, ct);
        return await tombstones.Settle(Walk(walk), context.Run.ScopePath, options.DeleteGuardPercent, ct);
    }

    private async Task<StreamPage> Count(CensusWalk walk, CancellationToken ct)
    {
        if (walk.Position.Pages >= options.MaxPages)
            throw new ProviderFailure("provider_error", $"The census was broken off after {options.MaxPages} pages: it does not seem to end.", false);
        var resumed = search is null;
        search ??= walk.Cloud ? new CloudSearch(site, walk.Query, ["id"], IdsAtOnce) : new ServerSearch(site, walk.Query, ["id"], IdsAtOnce);
        using var page = await IssueStream.Fetch(search, walk.Position, resumed, ct);
        var ids = page.Issues.Select(issue => issue.Text("id")).ToArray();
        var after = walk with
        {
            Position = page.Next ?? walk.Position,
            Phase = page.Next is null ? CensusPhase.Turn : CensusPhase.Count,
            Doubt = walk.Doubt ?? page.Doubt ?? (ids.Contains(null) ? "some ids could not be read" : null),
        };
        return new CensusPage(context, walk, [.. ids.OfType<string>()]) { State = StreamState.Write(after), Last = false, LatencyMs = site.LatencyMs };
    }

    private async Task<StreamPage> Recover(CensusWalk walk, CancellationToken ct)
    {
        var askedAt = time.GetUtcNow();
        IReadOnlyList<string> ids;
        await using (var scope = scopes.CreateAsyncScope())
            ids = await scope.ServiceProvider.GetRequiredService<WalkedIds>().NotStored(Walk(walk), walk.After, IssueLookup.Most, ct);
        if (ids.Count == 0)
            return new CensusPage(context, walk, []) { State = StreamState.Write(walk), Last = true };
        using var found = await new IssueLookup(site, walk.Cloud).Find(ids, JiraIssue.Fields, false, ct);
        var read = ReadIssues.Of([.. found.Issues.Select(issue => issue.Clone())], site.Address, mappings);
        return new CensusPage(context, walk, [], read, askedAt)
        {
            State = StreamState.Write(walk with { After = ids[^1] }), Last = false, LatencyMs = site.LatencyMs,
        };
    }

    private Walk Walk(CensusWalk walk) => new(context.Run.Id, context.Run.IntegrationId, walk.SiteKey, walk.Began);
}
