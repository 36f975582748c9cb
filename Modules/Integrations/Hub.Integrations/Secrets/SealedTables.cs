using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;

namespace Hub.Integrations.Secrets;

internal sealed class SealedIntegrations(Db db) : SealedTable(db)
{
    public override string Name => "integrations.integrations";

    protected override string SelectCounts => """
        select left(s.value, 26) as prefix, count(*) as secrets
        from integrations.integrations i, jsonb_each_text(i.secrets) s
        group by 1
        """;

    protected override string Select => Stale;

    protected override string SelectLocked => $"{Stale} for no key update of i skip locked";

    protected override string Update => """
        update integrations.integrations i
        set secrets = r.secrets
        from jsonb_to_recordset(@rows::jsonb) as r (key bigint, secrets jsonb)
        where i.id = r.key
        """;

    private const string Stale = """
        select i.id::text as key, 'integration:' || i.id as owner, i.secrets
        from integrations.integrations i
        where i.id > coalesce(@after::text::bigint, 0) and i.secrets <> '{}'
          and exists (select from jsonb_each_text(i.secrets) s where not starts_with(s.value, @current))
        order by i.id
        limit @limit
        """;
}

internal sealed class SealedScopeConfigs(Db db) : SealedTable(db)
{
    public override string Name => "integrations.scope_configs";

    protected override string SelectCounts => """
        select left(s.value, 26) as prefix, count(*) as secrets
        from integrations.scope_configs c, jsonb_each_text(c.secrets) s
        group by 1
        """;

    protected override string Select => Stale;

    protected override string SelectLocked => $"{Stale} for no key update of c skip locked";

    protected override string Update => """
        update integrations.scope_configs c
        set secrets = r.secrets
        from jsonb_to_recordset(@rows::jsonb) as r (key text, secrets jsonb)
        where c.scope_id = split_part(r.key, ':', 1)::bigint and c.integration_type = split_part(r.key, ':', 2)
        """;

    private const string Stale = """
        select c.scope_id || ':' || c.integration_type as key, 'scope-config:' || c.scope_id || ':' || c.integration_type as owner, c.secrets
        from integrations.scope_configs c
        where (@after::text is null or (c.scope_id, c.integration_type) > (split_part(@after, ':', 1)::bigint, split_part(@after, ':', 2)))
          and c.secrets <> '{}' and exists (select from jsonb_each_text(c.secrets) s where not starts_with(s.value, @current))
        order by c.scope_id, c.integration_type
        limit @limit
        """;
}

internal sealed class SealedGrants(Db db) : SealedTable(db)
{
    public override string Name => "integrations.oauth_grants";

    protected override string SelectCounts => """
        select left(s.value, 26) as prefix, count(*) as secrets
        from integrations.oauth_grants g, lateral (values (g.access_token), (g.refresh_token), (g.answer)) as s (value)
        where s.value is not null
        group by 1
        """;

    protected override string Select => Stale;

    protected override string SelectLocked => $"{Stale} for no key update of g skip locked";

    protected override string Update => """
        update integrations.oauth_grants g
        set access_token = r.secrets ->> 'access_token', refresh_token = r.secrets ->> 'refresh_token', answer = r.secrets ->> 'answer'
        from jsonb_to_recordset(@rows::jsonb) as r (key bigint, secrets jsonb)
        where g.integration_id = r.key
        """;

    private const string Stale = """
        select g.integration_id::text as key, 'oauth-grant:' || g.integration_id as owner,
               jsonb_strip_nulls(jsonb_build_object('access_token', g.access_token, 'refresh_token', g.refresh_token, 'answer', g.answer)) as secrets
        from integrations.oauth_grants g
        where g.integration_id > coalesce(@after::text::bigint, 0)
          and exists (select from (values (g.access_token), (g.refresh_token), (g.answer)) as s (value) where not starts_with(s.value, @current))
        order by g.integration_id
        limit @limit
        """;
}
