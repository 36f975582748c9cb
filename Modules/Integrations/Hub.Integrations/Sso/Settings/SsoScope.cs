using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Sso.Settings;

/// <summary>The scope that settings are about, and its own <c>sso</c> integration. One further up serves other people, and is not shown.</summary>
internal sealed class SsoScope(Db db, Caller caller)
{
    private sealed record Place(string Kind, string Slug);

    /// <returns>The integration, if there is one, and the scope's short name if it is a tenant or the platform.</returns>
    /// <exception cref="NotFoundException">The caller does not see the scope.</exception>
    public async Task<(IntegrationRow? Own, string? Slug)> Find(long scopeId, CancellationToken ct)
    {
        var place = await db.First<Place>(SelectScope, new { scopeId, caller = caller.ScopeId }, ct) ?? throw NotFoundException.Of("scope", scopeId);
        var own = await db.First<IntegrationRow>(SelectOwn, new { scopeId, caller = caller.ScopeId }, ct);
        return (own, place.Kind is "tenant" or "platform" ? place.Slug : null);
    }

    /// <exception cref="NotFoundException">The caller does not see the scope, or it has no sign-in of its own.</exception>
    public async Task<(IntegrationRow Own, string? Slug)> Require(long scopeId, CancellationToken ct) =>
        await Find(scopeId, ct) is ({ } own, var slug)
            ? (own, slug)
            : throw new NotFoundException("Single sign-on is not configured here. PUT /api/v1/sso-settings sets it up.", "not_configured");

    private const string SelectScope = "select kind, slug from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";

    private const string SelectOwn = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where scope_id = @scopeId and scope_path @> array[@caller]::bigint[] and integration_type = 'sso'
        order by enabled desc, priority, id
        limit 1
        """;
}
