using Hub.Integrations.Contracts;
using Hub.Sync.Connectors;
using Hub.Sync.Jira.Census;
using Hub.Sync.Jira.Details;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira;

/// <summary>Jira Cloud and Jira Data Center.</summary>
internal sealed class JiraConnector(BudgetedHttp http, IServiceScopeFactory scopes, TimeProvider time, SyncOptions options) : IConnector
{
    public const string Issues = "issues";

    public string IntegrationType => "jira";

    /// <summary>Read last in an incremental run, once in a while.</summary>
    public const string Census = "census";

    public IReadOnlyList<string> Streams(Connection connection) => [Issues, .. DetailKind.StreamsOf(connection)];

    public async Task<IReadOnlyList<string>> Choose(ClaimedRun run, Connection connection, IReadOnlyList<string> streams, CancellationToken ct)
    {
        if (run.SyncType is not SyncType.Incremental || !streams.Contains(Issues))
            return streams;
        await using var scope = scopes.CreateAsyncScope();
        var due = await scope.ServiceProvider.GetRequiredService<CensusBook>().IsDue(run.IntegrationId, connection.QueryHash(), options.CensusHours, ct);
        return due ? [.. streams, Census] : streams;
    }

    public bool ReadsAll(string stream) => DetailKind.All.All(kind => kind.Stream != stream);

    public IStream Open(string stream, StreamContext context)
    {
        var site = new JiraSite(http, context.Connection, time);
        return stream switch
        {
            Issues => new IssueStream(context, site, scopes, time, options),
            Census => new CensusStream(context, site, scopes, time, options),
            _ => new DetailStream(context, DetailKind.All.Single(kind => kind.Stream == stream), site, scopes, time),
        };
    }
}
