using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Sso;

/// <summary>A sign-in that somebody wants to use.</summary>
/// <param name="Row">The integration: its scope is where its users belong.</param>
/// <param name="Slug">The short name of that scope; null when it is no tenant and not the platform.</param>
/// <param name="Settings">What it uses.</param>
internal sealed record SsoPlace(IntegrationRow Row, string? Slug, SsoSettings Settings);

/// <summary>
/// Finds the <c>sso</c> integration of exactly one scope. Never one further up: whoever signs in through the platform's provider belongs to the
/// platform, not to the tenant that was asked for.
/// </summary>
internal sealed class SsoIntegrations(Db db, IntegrationTypes types, EffectiveConfigurations configurations)
{
    private sealed record Found(long Id, string? Slug);

    /// <exception cref="SsoRefusal">There is none, or it is switched off.</exception>
    public async Task<SsoPlace> OfTenant(string slug, CancellationToken ct) => await Open(await db.First<Found>(BySlug, new { slug }, ct), ct);

    /// <inheritdoc cref="OfTenant"/>
    public async Task<SsoPlace> Of(long id, CancellationToken ct) => await Open(await db.First<Found>(ById, new { id }, ct), ct);

    private async Task<SsoPlace> Open(Found? found, CancellationToken ct)
    {
        if (found is null || await db.First<IntegrationRow>(Select, new { found.Id }, ct) is not { } row)
            throw new SsoRefusal(SsoProblem.Unknown, "There is no such sign-in, or it is switched off.");
        var settings = new SsoSettings(await configurations.Of(row, await types.Of(row, ct), ct));
        return settings.Problem is { } problem ? throw SsoRefusal.Misconfigured(problem) : new SsoPlace(row, found.Slug, settings);
    }

    private const string BySlug = """
        select i.id, s.slug
        from integrations.scopes s
        join integrations.integrations i on i.scope_id = s.id
        where s.slug = @slug and (s.kind = 'platform' or (s.kind = 'tenant' and s.parent_id = 1)) and i.integration_type = 'sso' and i.enabled
        order by s.id, i.priority, i.id
        limit 1
        """;

    private const string ById = """
        select i.id, case when s.kind in ('platform', 'tenant') then s.slug end as slug
        from integrations.integrations i
        join integrations.scopes s on s.id = i.scope_id
        where i.id = @id and i.integration_type = 'sso' and i.enabled
        """;

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @id";
}
