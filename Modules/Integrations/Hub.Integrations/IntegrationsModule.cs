using Hub.Integrations.Actions;
using Hub.Integrations.Budgets;
using Hub.Integrations.Calls;
using Hub.Integrations.ConfigFiles;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Declared;
using Hub.Integrations.ConnectionTests.Github;
using Hub.Integrations.ConnectionTests.Jira;
using Hub.Integrations.ConnectionTests.Webhook;
using Hub.Integrations.Connections;
using Hub.Integrations.Health;
using Hub.Integrations.Imports;
using Hub.Integrations.Integrations;
using Hub.Integrations.OAuth;
using Hub.Integrations.ProjectConfig;
using Hub.Integrations.Rulesets;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Scopes;
using Hub.Integrations.Secrets;
using Hub.Integrations.Sessions;
using Hub.Integrations.Smtp;
using Hub.Integrations.Sso;
using Hub.SharedKernel.Modules;
using Hub.SharedKernel.Outbound;
using Hub.SharedKernel.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations;

public sealed class IntegrationsModule : IModule
{
    public string Name => "integrations";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddKeyRing();
        services.AddSessions();
        services.AddSso();
        services.AddSingleton<EnvironmentSecrets>();
        services.AddSingleton<IntegrationSecrets>();
        services.AddScoped<LostSecrets>();
        services.AddScoped<ISealedRows, SealedIntegrations>();
        services.AddScoped<ISealedRows, SealedScopeConfigs>();
        services.AddScoped<ISealedRows, SealedGrants>();
        services.AddScoped<ISealedRows, SealedFormerSecrets>();
        services.AddScoped<FormerSecrets>();
        services.AddSingleton<FormerSecretPruner>();
        services.AddHostedService(provider => provider.GetRequiredService<FormerSecretPruner>());
        services.AddScoped<ArchiveKeys>();
        services.AddSingleton<RotationWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<RotationWorker>());
        services.AddScoped<IntegrationStore>();
        services.AddScoped<ScopeLock>();
        services.AddScoped<IntegrationTypes>();
        services.AddScoped<IntegrationView>();
        services.AddScoped<EffectiveConfigurations>();
        services.AddScoped<ConfigLevels>();
        services.AddScoped<ConfigPlaces>();
        services.AddScoped<IntegrationsBelow>();
        services.AddScoped<SecretsBelow>();
        services.AddScoped<DraftDestinations>();
        services.AddSingleton<ScopeConfigDrafter>();
        services.AddScoped<IntegrationChanges>();
        services.AddScoped<IntegrationEdit>();
        services.AddHealth();
        AddConfigFiles(services);
        AddRulesets(services);
        services.AddOAuthGrants();
        AddCalls(services);
        AddConnectionTests(services);
        services.AddMail();
        services.AddActions();
    }

    private static void AddRulesets(IServiceCollection services)
    {
        services.AddScoped<ScopeChanges>();
        services.AddScoped<RulesetStore>();
        services.AddScoped<RulesetChanges>();
        services.AddScoped<SearchPriority>();
        services.AddScoped<Savepoint>();
        services.AddScoped<LegacyStore>();
        services.AddScoped<IntegrationImport>();
        services.AddScoped<RulesetBatch>();
        services.AddSingleton<LegacyForm>();
    }

    private static void AddCalls(IServiceCollection services)
    {
        services.AddSingleton<Authenticators>();
        services.AddSingleton<TokenCache>();
        services.AddSingleton<ConnectionHeaders>();
        services.Scan(scan => scan.FromAssemblyOf<IntegrationsModule>()
            .AddClasses(c => c.AssignableTo<IAuthenticator>(), publicOnly: false).As<IAuthenticator>().WithSingletonLifetime());
    }

    private static void AddConfigFiles(IServiceCollection services)
    {
        services.AddSingleton(provider => new SecretFingerprints(new Lazy<MasterKey>(provider.GetRequiredService<MasterKey>)));
        services.AddSingleton<SecretReferences>();
        services.AddScoped<HubStateReader>();
        services.AddScoped<WantedDocuments>();
        services.AddScoped<ConfigSteps>();
    }

    private static void AddConnectionTests(IServiceCollection services)
    {
        services.AddSingleton<HttpCall>(provider => provider.GetRequiredService<OutboundHttp>().Send);
        services.AddSingleton(provider => new CredentialFingerprints(new Lazy<MasterKey>(provider.GetRequiredService<MasterKey>)));
        services.AddSingleton<CallBudgets>();
        services.AddSingleton<IConnectionTest, JiraConnectionTest>();
        services.AddSingleton<IConnectionTest, GithubConnectionTest>();
        services.AddSingleton<IConnectionTest, WebhookConnectionTest>();
        services.AddSingleton<ConnectionTester>();
        services.AddSingleton<DeclaredTest>();
        services.AddScoped<StoredTest>();
        services.AddScoped<TestRecord>();
        services.AddScoped<ProjectIntegration>();
    }
}
