using Hub.SharedKernel.Modules;
using Hub.Sync.Runs;
using Hub.Sync.Tickets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync;

public sealed class SyncModule : IModule
{
    public string Name => "sync";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Hub:Sync").Get<SyncOptions>() ?? new SyncOptions());
        services.AddScoped<TicketWriter>();
        services.AddScoped<TicketEvents>();
        services.AddScoped<Tombstones>();
        services.AddScoped<Watermarks>();
        services.AddScoped<RunClaims>();
        services.AddScoped<RunLedger>();
        services.AddScoped<RunEnding>();
        services.AddScoped<Quarantine>();
        services.AddSingleton<SyncRunWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<SyncRunWorker>());
    }
}
