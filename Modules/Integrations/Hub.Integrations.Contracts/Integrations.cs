using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>What other modules need to know of an integration. <see cref="ScopePath"/> is root first and ends with the integration's own scope.</summary>
public sealed record IntegrationInfo(
    long Id, long ScopeId, IReadOnlyList<long> ScopePath, string Name, string Type, string Category,
    bool Enabled, string Status, string HealthStatus, long Version);

/// <summary>One integration; null when it is not there or not below <paramref name="CallerScopeId"/> (1 sees all).</summary>
public sealed record AskIntegration(long Id, long CallerScopeId) : IRequest<IntegrationInfo?>;

/// <summary>The integration of a type that sits on exactly this scope (a project's Jira); the lowest priority number first, enabled or not.</summary>
public sealed record AskScopeIntegration(long ScopeId, string Type, long CallerScopeId) : IRequest<IntegrationInfo?>;

/// <summary>
/// The integration of a type that serves a scope, as <c>GET /integrations/resolve</c> finds it: the nearest one up the tree that is active, then the one with
/// the lowest priority number; null when there is none.
/// </summary>
/// <param name="Type">The integration type.</param>
/// <param name="ScopePath">The scope's path, root first.</param>
public sealed record AskServingIntegration(string Type, IReadOnlyList<long> ScopePath) : IRequest<IntegrationInfo?>;

/// <summary>How many integrations of a type exist anywhere, enabled or not.</summary>
public sealed record CountIntegrations(string Type) : IRequest<int>;

/// <summary>A scope that the caller sees; null otherwise.</summary>
public sealed record AskScope(long Id, long CallerScopeId) : IRequest<ScopeInfo?>;

/// <param name="Id">The scope's id.</param>
/// <param name="Kind">platform, tenant, team, project or ruleset.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">Root first, itself last.</param>
public sealed record ScopeInfo(long Id, string Kind, string Name, IReadOnlyList<long> Path);

/// <summary>An integration was created, changed, switched or deleted. Published inside the transaction of the change.</summary>
public sealed record IntegrationChanged(IntegrationInfo Integration, IntegrationChange Change) : INotification;

public enum IntegrationChange
{
    Created,
    Updated,
    Enabled,
    Disabled,
    Deleted,
}

/// <summary>A scope and everything below it was deleted. Published inside the transaction of the change.</summary>
public sealed record ScopeDeleted(long ScopeId, IReadOnlyList<long> Path) : INotification;

/// <summary>
/// An integration's health moved. Published on the transition only, inside the transaction of the observation; and once for each of 30, 7 and 1 days before
/// its credential ends, then from <c>warning</c> to <c>warning</c>.
/// </summary>
/// <param name="Integration">Which, as it is now.</param>
/// <param name="From">healthy, warning, error or unknown.</param>
/// <param name="To">The same.</param>
/// <param name="Reason">Why it is not healthy: auth, permission, not_found, rate_limited, network, tls, timeout, provider_error or config.</param>
/// <param name="Message">The same for people, redacted.</param>
public sealed record IntegrationHealthChanged(IntegrationInfo Integration, string From, string To, string? Reason, string? Message = null) : INotification;
