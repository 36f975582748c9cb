using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Tickets;

/// <summary>What writing tickets at third parties is made of.</summary>
internal static class TicketWrites
{
    public static IServiceCollection AddTicketWrites(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Hub:Tickets").Get<TicketOptions>() ?? new TicketOptions())
        .AddScoped<TicketSites>()
        .AddScoped<OwnWrites>()
        .AddScoped<TicketCreations>()
        .AddScoped<CreationDriver>()
        .AddScoped<TicketRequests>()
        .AddScoped<ChangedTickets>()
        .AddScoped<TicketDrafts>()
        .AddSingleton<CreationWorker>()
        .AddHostedService(provider => provider.GetRequiredService<CreationWorker>());
}
