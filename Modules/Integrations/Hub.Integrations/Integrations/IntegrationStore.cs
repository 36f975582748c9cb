using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Npgsql;

namespace Hub.Integrations.Integrations;

/// <summary>The statements that more than one slice needs.</summary>
internal sealed class IntegrationStore(Db db)
{
    /// <summary>One integration; null when it is not there or not below the scope.</summary>
    public Task<IntegrationRow?> Find(long id, long callerScope, CancellationToken ct) => db.First<IntegrationRow>(Select, new { id, callerScope }, ct);

    /// <summary>The same, locked until the transaction ends.</summary>
    /// <exception cref="NotFoundException">It is not there or not below the scope.</exception>
    public async Task<IntegrationRow> Lock(long id, long callerScope, CancellationToken ct) =>
        await db.First<IntegrationRow>(SelectLocked, new { id, callerScope }, ct) ?? throw NotFoundException.Of("integration", id);

    public Task<long> NextId(CancellationToken ct) => db.One<long>("select nextval('integrations.integration_ids')", null, ct);

    /// <returns>Null when the name is taken in its scope.</returns>
    public Task<IntegrationRow?> Insert(IntegrationRow row, CancellationToken ct) => db.First<IntegrationRow>(InsertNew, row, ct);

    /// <exception cref="ConflictException">The name is taken in its scope.</exception>
    public async Task<IntegrationRow> Update(IntegrationRow row, CancellationToken ct)
    {
        try
        {
            return await db.One<IntegrationRow>(UpdateAll, row, ct);
        }
        catch (PostgresException fault) when (fault is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "integrations_name" })
        {
            throw NameTaken(row.Name);
        }
    }

    public static ConflictException NameTaken(string name) =>
        new("name_taken", $"There is already an integration named \"{name}\" in this scope. Choose another name, or change that one.");

    private const string Select = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where id = @id and scope_path @> array[@callerScope]::bigint[]
        """;

    private const string SelectLocked = $"{Select} for no key update";

    private const string InsertNew = $"""
        insert into integrations.integrations (
            id, scope_id, scope_path, name, integration_type, platform_name, integration_category, enabled, status, priority, secret_source,
            configuration, secrets, missing_fields, webhook_token, detected, health_status, health_since)
        values (
            @Id, @ScopeId, @ScopePath, @Name, @IntegrationType, @PlatformName, @IntegrationCategory, @Enabled, @Status, @Priority, @SecretSource,
            @Configuration, @Secrets, @MissingFields, @WebhookToken, @Detected, @HealthStatus, @HealthSince)
        on conflict (scope_id, lower(name)) do nothing
        returning {IntegrationRow.Columns}
        """;

    private const string UpdateAll = $"""
        update integrations.integrations
        set name = @Name, platform_name = @PlatformName, integration_category = @IntegrationCategory, enabled = @Enabled, status = @Status,
            priority = @Priority, secret_source = @SecretSource, configuration = @Configuration, secrets = @Secrets, missing_fields = @MissingFields,
            webhook_token = @WebhookToken, detected = @Detected, health_status = @HealthStatus, health_reason = @HealthReason,
            health_message = @HealthMessage, health_since = @HealthSince, consecutive_failures = @ConsecutiveFailures,
            version = version + 1, updated_at = now()
        where id = @Id
        returning {IntegrationRow.Columns}
        """;
}
