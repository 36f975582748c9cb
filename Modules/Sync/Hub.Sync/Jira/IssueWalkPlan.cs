using Hub.Sync.Connectors;
using Hub.Sync.Providers;
using Hub.Sync.Runs;

namespace Hub.Sync.Jira;

/// <summary>Decides, once per run, which issues are read and in which order.</summary>
internal static class IssueWalkPlan
{
    /// <param name="context">What was asked for, of whom.</param>
    /// <param name="site">What the site said of itself.</param>
    /// <param name="watermark">How far this query was synchronised; null: never.</param>
    /// <param name="now">The hub's clock.</param>
    /// <exception cref="ProviderFailure">The integration's own JQL cannot be used.</exception>
    public static IssueWalk Make(StreamContext context, SiteFacts site, DateTimeOffset? watermark, DateTimeOffset now)
    {
        var (connection, run) = context;
        var restriction = connection.Setting("jql");
        if (Jql.Objection(restriction) is { } objection)
            throw new ProviderFailure("config", $"The integration's JQL {objection}. Change it and start the run again.", false);

        // Without a watermark everything must be read; what is gone is left to full runs.
        var since = run.SyncType is SyncType.Incremental && watermark is { } known
            ? site.Cloud ? JiraSince.Epoch(known) : JiraSince.Literal(known, site.TimeZone)
            : null;
        return new IssueWalk
        {
            Query = Jql.Compose([run.Jql, restriction], connection.ProjectKeys(), since, since is null ? Jql.InOrderOfCreation : Jql.InOrderOfChange),
            Cloud = site.Cloud,
            QueryHash = connection.QueryHash(),
            SiteKey = connection.SiteKey(),
            FindsDeleted = context.Full,
            InOrderOfChange = since is not null,
            Began = now,
            RemoteBegan = site.Clock,
        };
    }
}

/// <param name="Cloud">Cloud or Data Center.</param>
/// <param name="TimeZone">The account's, IANA.</param>
/// <param name="Clock">The site's clock now.</param>
internal sealed record SiteFacts(bool Cloud, string? TimeZone, DateTimeOffset? Clock);
