using Hub.Integrations.Contracts;
using Hub.SharedKernel.Outbound;
using Hub.Sync.Contracts;
using Hub.Sync.Jira;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Runs;

/// <summary>
/// Walks Jira for a claimed run: plans it or goes on from its checkpoint, stores page after page while the next one is on its way, and settles what
/// was deleted.
/// </summary>
internal sealed class JiraRun(
    ClaimedRun run, Connection connection, RunProgress progress, IServiceScopeFactory scopes, OutboundHttp http, TimeProvider time, SyncOptions options)
{
    private readonly JiraSite site = new(http, connection, time);

    /// <exception cref="JiraFailure">Jira stopped it; the checkpoint tells how far it came.</exception>
    /// <exception cref="LeaseLost">The run is no longer ours.</exception>
    public async Task Work(CancellationToken ct)
    {
        var checkpoint = Checkpoint.Read(run.Checkpoint);
        var resumed = checkpoint is not null;
        checkpoint ??= await Plan(ct);
        checkpoint = await Walk(checkpoint, resumed, ct);
        // An empty or short list is only believed of an account that Jira still knows.
        if (checkpoint.FindsDeleted)
            await site.RequireAccount(ct);
        await TellHealthy(ct);
        await In<RunEnding>(ending => ending.Finish(run, checkpoint, ct));
    }

    private async Task<Checkpoint> Plan(CancellationToken ct)
    {
        var timeZone = await site.RequireAccount(ct);
        var clock = site.Clock;
        var facts = new SiteFacts(await site.IsCloud(ct), timeZone, clock);
        DateTimeOffset? watermark = null;
        await In<Watermarks>(async marks => watermark = await marks.Find(run.IntegrationId, connection.QueryHash(), ct));
        var checkpoint = JiraRunPlan.Make(run, connection, facts, watermark, time.GetUtcNow());
        await In<RunLedger>(ledger => ledger.Begin(run, checkpoint, ct));
        return checkpoint;
    }

    private async Task<Checkpoint> Walk(Checkpoint checkpoint, bool resumed, CancellationToken ct)
    {
        IIssueSearch search = checkpoint.Cloud
            ? new CloudSearch(site, checkpoint.Query, connection.Fields(), options.PageSize)
            : new ServerSearch(site, checkpoint.Query, connection.Fields(), options.PageSize);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var coming = checkpoint.Position is { } first ? Resume(search, first, resumed, abandoned.Token) : null;
        try
        {
            while (coming is not null)
            {
                var (page, askedAt) = await coming;
                using (page)
                {
                    coming = page.Next is { } next ? Fetch(search, next, abandoned.Token) : null;
                    var read = ReadPage.Of(page.Issues, site.Address, askedAt);
                    checkpoint = After(checkpoint, page, read);
                    await In<RunLedger>(ledger => ledger.StorePage(run, read, checkpoint, page.Progress, ct));
                }

                if (progress.PagesStored++ == 0)
                    await TellHealthy(ct);
            }
        }
        finally
        {
            await abandoned.CancelAsync();
            await Drop(coming);
        }

        return checkpoint;
    }

    private static Checkpoint After(Checkpoint before, IssuePage page, ReadPage read) => before with
    {
        Position = page.Next,
        Newest = read.Newest > before.Newest || before.Newest is null ? read.Newest ?? before.Newest : before.Newest,
        Ordered = before.Ordered && !(read.Oldest < before.Newest),
        Doubt = before.Doubt ?? page.Doubt ?? (read.Unreadable > 0 ? "some issues could not be read" : null),
    };

    private async Task<(IssuePage Page, DateTimeOffset AskedAt)> Fetch(IIssueSearch search, WalkPosition at, CancellationToken ct)
    {
        if (at.Pages >= options.MaxPages)
            throw new JiraFailure("provider_error", $"The walk was broken off after {options.MaxPages} pages: it does not seem to end.", false);
        var askedAt = time.GetUtcNow();
        return (await search.Fetch(at, ct), askedAt);
    }

    // Page tokens live for days only, and not always that long: a walk that cannot go on where it stopped begins again, which costs time and nothing else.
    private async Task<(IssuePage Page, DateTimeOffset AskedAt)> Resume(IIssueSearch search, WalkPosition at, bool resumed, CancellationToken ct)
    {
        try
        {
            return await Fetch(search, at, ct);
        }
        catch (JiraFailure refused) when (resumed && at.Token is not null && refused.Reason == "config")
        {
            return await Fetch(search, new WalkPosition(), ct);
        }
    }

    private Task TellHealthy(CancellationToken ct) =>
        In<RunLedger>(ledger => ledger.TellHealth(new IntegrationCalled(run.IntegrationId, true, null, null, site.LatencyMs), ct));

    private async Task In<T>(Func<T, Task> work) where T : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    private static async Task Drop(Task<(IssuePage Page, DateTimeOffset AskedAt)>? coming)
    {
        try
        {
            if (coming is not null)
                (await coming).Page.Dispose();
        }
        catch (Exception lost) when (lost is JiraFailure or OperationCanceledException)
        {
            // The page was asked for in advance and is no longer wanted.
        }
    }
}
