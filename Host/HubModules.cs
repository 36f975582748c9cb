using Hub.Integrations;
using Hub.Schemas;
using Hub.SharedKernel.Modules;
using Hub.Sync;
using Hub.Webhooks;

namespace Hub.Host;

/// <summary>What this executable is made of, in the order their migrations run.</summary>
internal static class HubModules
{
    public static readonly IReadOnlyList<IModule> All = [new SchemasModule(), new IntegrationsModule(), new SyncModule(), new WebhooksModule()];
}
