using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Scopes;

/// <summary>Who may change the tree: tenants come and go by platform admins, projects and rulesets are a manager's business, the rest an admin's.</summary>
internal static class ScopeRights
{
    public static bool MayCreateOrDelete(Caller caller, ScopeKind kind) => kind switch
    {
        ScopeKind.Tenant => caller is { IsPlatform: true, Role: Role.Admin },
        _ => MayChange(caller, kind),
    };

    public static bool MayChange(Caller caller, ScopeKind kind) => caller.Role >= (kind is ScopeKind.Project or ScopeKind.Ruleset ? Role.Manager : Role.Admin);

    /// <exception cref="ForbiddenException">It is not allowed.</exception>
    public static void Require(bool allowed, Caller caller, string deed, ScopeKind kind)
    {
        if (!allowed)
        {
            var needed = kind is ScopeKind.Tenant && caller.Role is Role.Admin ? "platform admin" : "admin";
            throw new ForbiddenException($"To {deed} a {kind.Word()} takes the role {needed}.");
        }
    }
}
