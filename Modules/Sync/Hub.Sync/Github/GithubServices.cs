using Hub.Sync.Connectors;
using Hub.Sync.Github.Analysis;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Events;
using Hub.Sync.Github.Reading;
using Hub.Sync.Github.ReleaseNotes;
using Hub.Sync.Github.Streams;
using Hub.Sync.Github.Tree;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github;

/// <summary>What the synchronisation with GitHub needs.</summary>
internal static class GithubServices
{
    public static IServiceCollection AddGithub(this IServiceCollection services) => services
        .AddSingleton<GithubGateway>()
        .AddSingleton<IConnector, GithubTokenConnector>()
        .AddSingleton<IConnector, GithubAppConnector>()
        .AddScoped<HttpCache>()
        .AddScoped<GithubStates>()
        .AddScoped<RowWriter>()
        .AddScoped<RepositoryNews>()
        .AddScoped<TreeWriter>()
        .AddScoped<SyncedRepositories>()
        .AddScoped<AnalysisRows>()
        .AddScoped<HistoryRows>()
        .AddScoped<PullEvents>()
        .AddScoped<IssueEvents>()
        .AddScoped<ReleaseEvents>()
        .AddScoped<WorkflowRunEvents>()
        .AddScoped<RepositoryEvents>();
}
