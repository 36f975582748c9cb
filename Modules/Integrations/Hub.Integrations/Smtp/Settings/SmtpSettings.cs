using Hub.Integrations.Actions;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Smtp.Settings;

/// <summary>Finds the integration behind a scope's settings: the scope's own, active or not, else the one that it inherits.</summary>
internal sealed class SmtpSettings(Db db, Caller caller, MailAction mail, IntegrationTypes types, EffectiveConfigurations configurations, IntegrationView view)
{
    public const string Type = "smtp";

    /// <exception cref="NotFoundException">The caller does not see the scope.</exception>
    public async Task<IntegrationRow?> Own(long scopeId, CancellationToken ct)
    {
        _ = await db.First<long[]>(SelectScope, new { scopeId, caller = caller.ScopeId }, ct) ?? throw NotFoundException.Of("scope", scopeId);
        return await db.First<IntegrationRow>(SelectOwn, new { scopeId, type = Type }, ct);
    }

    /// <exception cref="ConflictException">There is neither.</exception>
    public async Task<MailRoute> Find(long scopeId, CancellationToken ct) =>
        await Own(scopeId, ct) is { } own ? await mail.Through(own.Id, scopeId, ct) : await mail.Resolve(scopeId, ct);

    public SmtpSettingsAnswer Answer(MailRoute route, long scopeId) => SmtpSettingsAnswer.Of(
        view.Of(route.Integration, route.Configuration.Schema), caller.Sees(route.Integration.ScopePath) ? route.Configuration : null, scopeId);

    public async Task<SmtpSettingsAnswer> Answer(IntegrationRow row, CancellationToken ct)
    {
        var schema = await types.Of(row, ct);
        return SmtpSettingsAnswer.Of(view.Of(row, schema), await configurations.Of(row, schema, ct), row.ScopeId);
    }

    private const string SelectScope = "select path from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";

    private const string SelectOwn = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where scope_id = @scopeId and integration_type = @type
        order by enabled desc, priority, id
        limit 1
        """;
}
