using Hub.SharedKernel.Data;

namespace Hub.Integrations.Health.Expiry;

/// <summary>Keeps what is known of when credentials end, beside what providers tell in tests.</summary>
internal sealed class ExpiryStore(Db db)
{
    /// <summary>What a look at the credential itself found; null when it says nothing, or no longer.</summary>
    public Task Note(long integrationId, CredentialExpiry? found, CancellationToken ct) =>
        db.Execute(found is null ? Forget : Found, new { integrationId, at = found?.At, found?.Source, found?.Field }, ct);

    /// <summary>A date that a person entered; null takes it away.</summary>
    public Task Enter(long integrationId, DateTimeOffset? at, CancellationToken ct) => db.Execute(Entered, new { integrationId, at }, ct);

    private const string Forget = """
        update integrations.credential_expiries
        set found = null, found_source = null, found_field = null
        where integration_id = @integrationId and found is not null
        """;

    private const string Found = """
        insert into integrations.credential_expiries as e (integration_id, found, found_source, found_field)
        values (@integrationId, @at, @source, @field)
        on conflict (integration_id) do update set found = excluded.found, found_source = excluded.found_source, found_field = excluded.found_field
        where (e.found, e.found_source, e.found_field) is distinct from (excluded.found, excluded.found_source, excluded.found_field)
        """;

    private const string Entered = """
        insert into integrations.credential_expiries as e (integration_id, entered) values (@integrationId, @at)
        on conflict (integration_id) do update set entered = excluded.entered where e.entered is distinct from excluded.entered
        """;
}
