using Hub.SharedKernel.Modules;
using Hub.SharedKernel.Secrets;
using Hub.Webhooks.Endpoints;
using Hub.Webhooks.Events;
using Hub.Webhooks.Events.Counts;
using Hub.Webhooks.Inbound;
using Hub.Webhooks.Live;
using Hub.Webhooks.Notices;
using Hub.Webhooks.Processing;
using Hub.Webhooks.Retention;
using Hub.Webhooks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks;

public sealed class WebhooksModule : IModule
{
    public string Name => "webhooks";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => WebhookOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<PayloadBudget>();
        services.AddSingleton<SenderCache>();
        services.AddSingleton<SenderProof>();
        services.AddSingleton<FirstContact>();
        services.AddSingleton<InboundLimits>();
        services.AddSingleton<Intake>();
        services.AddSingleton<InboxStore>();
        services.AddScoped<PayloadSearch>();
        services.AddSingleton<EventApplier>();
        services.AddSingleton<LiveStore>();
        services.AddScoped<LiveStream>();
        services.AddScoped<LiveSession>();
        LiveHub.AddServices(services);
        AddHosted<RetentionWorker>(services);
        AddHosted<KeyPruner>(services);
        AddHosted<EventCounter>(services);
        AddHosted<InboxWriter>(services);
        AddHosted<Rejections>(services);
        AddHosted<InboxWorker>(services);
        AddHosted<LiveFeed>(services);
        AddHosted<LivePresence>(services);
        AddOutbound(services);
    }

    private static void AddOutbound(IServiceCollection services)
    {
        services.AddSingleton<EndpointSecrets>();
        services.AddScoped<EndpointStore>();
        services.AddScoped<ISealedRows, SealedEndpoints>();
        services.AddScoped<ISealedRows, SealedPreviousSecrets>();
        services.AddSingleton<DeliverySender>();
        services.AddScoped<DeliverySettlement>();
        services.AddScoped<OwnerNews>();
        AddHosted<DeliveryWorker>(services);
        AddHosted<NoticeWorker>(services);
    }

    private static void AddHosted<T>(IServiceCollection services) where T : class, Microsoft.Extensions.Hosting.IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
