using Hub.SharedKernel.Modules;
using Hub.Sync.Changes;
using Hub.Sync.Connectors;
using Hub.Sync.Details;
using Hub.Sync.Forges;
using Hub.Sync.Freshness;
using Hub.Sync.Github;
using Hub.Sync.Jira;
using Hub.Sync.Jira.Census;
using Hub.Sync.Jira.Details;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Projects.Import;
using Hub.Sync.Providers;
using Hub.Sync.Remaps;
using Hub.Sync.Rereads;
using Hub.Sync.Runs;
using Hub.Sync.Schedules;
using Hub.Sync.Tickets;
using Hub.Sync.WebhookRegistrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync;

public sealed class SyncModule : IModule
{
    public string Name => "sync";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Hub:Sync").Get<SyncOptions>() ?? new SyncOptions());
        services.AddSingleton<BudgetedHttp>();
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Hub:Sync").Get<RetentionOptions>() ?? new RetentionOptions());
        services.AddScoped<ChangeFeed>();
        services.AddScoped<ChangeReader>();
        services.AddSingleton<ChangePruner>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangePruner>());
        services.AddScoped<TicketWriter>();
        services.AddScoped<TicketImport>();
        services.AddScoped<TicketEvents>();
        services.AddScoped<Tombstones>();
        services.AddScoped<WalkedIds>();
        services.AddScoped<DetailDues>();
        services.AddScoped<DetailWriter>();
        services.AddScoped<DetailPages>();
        services.AddScoped<DetailEvents>();
        services.AddScoped<CensusBook>();
        services.AddSingleton<TicketIndexer>();
        services.AddHostedService(provider => provider.GetRequiredService<TicketIndexer>());
        services.AddScoped<TicketRemap>();
        services.AddSingleton<RemapWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<RemapWorker>());
        services.AddScoped<Watermarks>();
        services.AddScoped<RunQueue>();
        services.AddScoped<WantedReads>();
        services.AddSingleton<WantedReadWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<WantedReadWorker>());
        services.AddScoped<RunClaims>();
        services.AddScoped<RunLedger>();
        services.AddScoped<RunEnding>();
        services.AddScoped<Quarantine>();
        services.AddSingleton<IConnector, JiraConnector>();
        services.AddSingleton<IRecordMapping, JiraMapping>();
        services.AddScoped<WantedRecords>();
        services.AddSingleton<IRecordReader, JiraIssueReader>();
        services.AddSingleton<RereadWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<RereadWorker>());
        services.AddSingleton<IRecordReader, ForgeReader>();
        services.AddScoped<ForgeRepositories>();
        services.AddScoped<ForgeStore>();
        services.AddGithub();
        services.AddSingleton<ConnectorRegistry>();
        services.AddScoped<ScheduleStore>();
        services.AddScoped<DueSchedules>();
        services.AddScoped<FreshnessJudge>();
        services.AddScoped<ExpectedStreams>();
        services.AddTicketWrites();
        services.AddSingleton<SyncRunWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<SyncRunWorker>());
        services.AddSingleton<ScheduleWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ScheduleWorker>());
        services.AddWebhookRegistrations();
        services.AddSingleton<FreshnessMetrics>();
        services.AddSingleton<FreshnessWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<FreshnessWorker>());
    }
}
