using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Details;
using Hub.Sync.Jira.Census;
using Hub.Sync.Jira.Details;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira;

/// <summary>The issues of one Jira: all of them, those that changed, or those that a query finds.</summary>
internal sealed class IssueStream(StreamContext context, JiraSite site, IServiceScopeFactory scopes, TimeProvider time, SyncOptions options) : IStream
{
    private readonly FieldMappings mappings = FieldMappings.Of(context.Connection);
    private IIssueSearch? search;

    public async Task<JsonElement> Begin(CancellationToken ct)
    {
        var timeZone = await site.RequireAccount(ct);
        var clock = site.Clock;
        var facts = new SiteFacts(await site.IsCloud(ct), timeZone, clock);
        await using var scope = scopes.CreateAsyncScope();
        var watermark = await scope.ServiceProvider.GetRequiredService<Watermarks>().Find(context.Run.IntegrationId, context.Connection.QueryHash(), ct);
        var walk = IssueWalkPlan.Make(context, facts, watermark, time.GetUtcNow());
        search = Search(walk);
        return StreamState.Write(walk);
    }

    public async Task<StreamPage> Fetch(JsonElement state, CancellationToken ct)
    {
        var walk = StreamState.Read<IssueWalk>(state);
        var at = walk.Position!;
        if (at.Pages >= options.MaxPages)
            throw new ProviderFailure("provider_error", $"The walk was broken off after {options.MaxPages} pages: it does not seem to end.", false);
        var resumed = search is null;
        search ??= Search(walk);
        var askedAt = time.GetUtcNow();
        var page = await Fetch(search, at, resumed, ct);
        var read = ReadIssues.Of(page.Issues, site.Address, mappings);
        return new IssuesToStore(context, walk.After(page, read), page, read, askedAt)
        {
            State = StreamState.Write(walk.After(page, read)),
            Last = page.Next is null,
            Progress = page.Progress,
            LatencyMs = site.LatencyMs,
        };
    }

    // An empty or short list is only believed of an account that Jira still knows.
    public async Task<JsonElement> Confirm(JsonElement state, CancellationToken ct)
    {
        var walk = StreamState.Read<IssueWalk>(state);
        if (!walk.FindsDeleted)
            return state;
        await site.RequireAccount(ct);
        if (walk.Doubt is not null)
            return state;
        await using var scope = scopes.CreateAsyncScope();
        var missing = await scope.ServiceProvider.GetRequiredService<WalkedIds>().Missing(Walked(walk), options.DeleteGuardPercent, ct);
        return StreamState.Write(walk with { StillThere = await new MissingIssues(site, context.Connection, walk.Cloud).StillThere(missing, ct) });
    }

    public async Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct)
    {
        var walk = StreamState.Read<IssueWalk>(state);
        await unit.GetRequiredService<DetailDues>().Close(context.Run.IntegrationId, DetailKind.StreamsOf(context.Connection), ct);
        if (context.Run.SyncType is not SyncType.Manual && walk.Reached is { } reached)
            await unit.GetRequiredService<Watermarks>().Advance(context.Run, walk.QueryHash, reached, ct);
        var end = walk switch
        {
            { FindsDeleted: false } => new StreamEnd(),
            { Doubt: { } doubt } => new StreamEnd(Remark: $"Nothing was deleted, because {doubt}. The next full run will tell."),
            _ => await Delete(walk, unit, ct),
        };
        return walk.Remark is { } remark ? end with { Remark = $"{end.Remark} {remark}".Trim() } : end;
    }

    private async Task<StreamEnd> Delete(IssueWalk walk, IServiceProvider unit, CancellationToken ct)
    {
        var tombstones = unit.GetRequiredService<Tombstones>();
        await unit.GetRequiredService<CensusBook>().Close(context.Run, walk.QueryHash, ct);
        await tombstones.NoteSeen(context.Run.Id, walk.StillThere, ct);
        return await tombstones.Settle(Walked(walk), context.Run.ScopePath, options.DeleteGuardPercent, ct);
    }

    private Walk Walked(IssueWalk walk) => new(context.Run.Id, context.Run.IntegrationId, walk.SiteKey, walk.Began);

    private IIssueSearch Search(IssueWalk walk) => walk.Cloud
        ? new CloudSearch(site, walk.Query, JiraIssue.Fields, options.PageSize)
        : new ServerSearch(site, walk.Query, JiraIssue.Fields, options.PageSize);

    // Page tokens live for days only, and not always that long: a walk that cannot go on where it stopped begins again, which costs time and nothing else.
    public static async Task<IssuePage> Fetch(IIssueSearch search, WalkPosition at, bool resumed, CancellationToken ct)
    {
        try
        {
            return await search.Fetch(at, ct);
        }
        catch (ProviderFailure refused) when (resumed && at.Token is not null && refused.Reason == "config")
        {
            return await search.Fetch(new WalkPosition(), ct);
        }
    }
}
