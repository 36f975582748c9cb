using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;

namespace Hub.Webhooks.Endpoints;

/// <summary>Signing secrets, for the rotation of the keys that encrypt them.</summary>
internal sealed class SealedEndpoints(Db db) : SealedTable(db)
{
    public override string Name => "webhooks.endpoints";

    protected override string SelectCounts => "select left(e.secret, 26) as prefix, count(*) as secrets from webhooks.endpoints e group by 1";

    protected override string Select => Stale;

    protected override string SelectLocked => $"{Stale} for no key update of e skip locked";

    protected override string Update => """
        update webhooks.endpoints e
        set secret = r.secrets ->> 'secret'
        from jsonb_to_recordset(@rows::jsonb) as r (key bigint, secrets jsonb)
        where e.id = r.key
        """;

    private const string Stale = """
        select e.id::text as key, 'webhook-endpoint:' || e.id as owner, jsonb_build_object('secret', e.secret) as secrets
        from webhooks.endpoints e
        where e.id > coalesce(@after::text::bigint, 0) and not starts_with(e.secret, @current)
        order by e.id
        limit @limit
        """;
}

/// <summary>The secrets before those, which are still signed with for a day.</summary>
internal sealed class SealedPreviousSecrets(Db db) : SealedTable(db)
{
    public override string Name => "webhooks.endpoints (previous)";

    protected override string SelectCounts => """
        select left(e.previous_secret, 26) as prefix, count(*) as secrets
        from webhooks.endpoints e
        where e.previous_secret is not null
        group by 1
        """;

    protected override string Select => Stale;

    protected override string SelectLocked => $"{Stale} for no key update of e skip locked";

    protected override string Update => """
        update webhooks.endpoints e
        set previous_secret = r.secrets ->> 'secret'
        from jsonb_to_recordset(@rows::jsonb) as r (key bigint, secrets jsonb)
        where e.id = r.key and e.previous_secret is not null
        """;

    private const string Stale = """
        select e.id::text as key, 'webhook-endpoint:' || e.id as owner, jsonb_build_object('secret', e.previous_secret) as secrets
        from webhooks.endpoints e
        where e.id > coalesce(@after::text::bigint, 0) and not starts_with(e.previous_secret, @current)
        order by e.id
        limit @limit
        """;
}
