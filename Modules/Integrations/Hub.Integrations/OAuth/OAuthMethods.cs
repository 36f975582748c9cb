using Hub.Integrations.Calls;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.OAuth;

/// <summary>The OAuth method of stored integrations, and what becomes of a grant whose client is another by now.</summary>
internal sealed class OAuthMethods(
    Db db, IntegrationTypes types, EffectiveConfigurations configurations, Authenticators authenticators, GrantStore store, Audit audit)
{
    /// <returns>Null when it authenticates in another way.</returns>
    /// <exception cref="CallFailed">Its configuration is incomplete or cannot be read.</exception>
    public async Task<OAuthMethod?> Of(IntegrationRow row, CancellationToken ct)
    {
        if (await types.Known(row, ct) is not { } schema)
            throw new CallFailed(FailureReason.Config, $"The type {row.IntegrationType} is not in the catalogue any more.");
        var configuration = await configurations.Of(row, schema, ct);
        var context = authenticators.Open(configuration);
        if (!OAuthMethod.IsUsed(context))
            return null;
        return configuration.Problem is { } problem ? throw new CallFailed(FailureReason.Config, problem) : OAuthMethod.Of(context);
    }

    /// <summary>The same for a caller who asks for it.</summary>
    /// <exception cref="ConflictException">There is none, or its configuration is incomplete.</exception>
    public async Task<OAuthMethod> Required(IntegrationRow row, CancellationToken ct)
    {
        try
        {
            return await Of(row, ct) ?? throw NotUsed();
        }
        catch (CallFailed failed)
        {
            throw new ConflictException("configuration_incomplete", failed.Message);
        }
    }

    /// <inheritdoc cref="Of(IntegrationRow, CancellationToken)"/>
    public async Task<OAuthMethod?> Of(long integrationId, CancellationToken ct) =>
        await db.First<IntegrationRow>(Select, new { integrationId }, ct) is { } row ? await Of(row, ct) : null;

    public static ConflictException NotUsed() =>
        new("not_oauth",
            "This integration does not authenticate by what a person grants in the browser, so there is nothing to authorise. See auth of its type.");

    /// <summary>Deletes a grant that was given to another client than the configured one, inside the caller's transaction.</summary>
    public async Task Drop(Grant grant, CancellationToken ct)
    {
        if (await db.First<long[]>(SelectPath, new { grant.IntegrationId }, ct) is { } path && await store.Delete(grant.IntegrationId, ct) > 0)
            await audit.Record("integration.authorization_dropped", "integration", grant.IntegrationId, path, null, ct);
    }

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";

    private const string SelectPath = "select scope_path from integrations.integrations where id = @integrationId for no key update";
}
