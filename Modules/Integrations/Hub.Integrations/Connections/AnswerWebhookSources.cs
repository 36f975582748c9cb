using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Who may be sending a webhook, with what proves it. Disabled integrations take none in.</summary>
internal sealed class AnswerWebhookSources(Db db, IntegrationTypes types, EffectiveConfigurations configurations, FormerSecrets former)
    : IRequestHandler<AskWebhookSources, IReadOnlyList<WebhookSource>>
{
    public async Task<IReadOnlyList<WebhookSource>> Handle(AskWebhookSources request, CancellationToken cancellationToken)
    {
        var sql = request switch
        {
            { IntegrationId: not null } => ById,
            { Token: not null } => ByToken,
            { ScopeId: not null } => ByScope,
            { Type: not null } => ByType,
            _ => throw new ArgumentException("A token, a type, a scope or an integration is needed.", nameof(request)),
        };
        var rows = await db.List<IntegrationRow>(sql, new { request.Token, request.Type, request.ScopeId, request.IntegrationId }, cancellationToken);
        var known = new List<(IntegrationRow Row, IntegrationSchema Schema)>(rows.Count);
        foreach (var row in rows)
            if (await types.Known(row, cancellationToken) is { } schema)
                known.Add((row, schema));
        var effective = await configurations.Of(known, cancellationToken);
        var earlier = await former.Of(known.Select(one => one.Row.Owner).Concat(effective.SelectMany(configuration => configuration.Givers.Values)), cancellationToken);
        return [.. known.Zip(effective, (one, configuration) => new WebhookSource(
            one.Row.Info(), configuration.Settings, configuration.Secrets.Values, Former(one.Row, configuration, earlier)))];
    }

    // Of each field only its giver's: a secret that is overridden now proves nothing, nor did the one before it.
    private static Dictionary<string, string> Former(IntegrationRow row, EffectiveConfiguration configuration, ILookup<string, KeyValuePair<string, string>> earlier) =>
        configuration.Givers.Values.Append(row.Owner).Distinct()
            .SelectMany(owner => earlier[owner].Where(secret => configuration.Givers.GetValueOrDefault(secret.Key, row.Owner) == owner))
            .ToDictionary(StringComparer.Ordinal);

    private const string Enabled = $"select {IntegrationRow.Columns} from integrations.integrations where enabled";

    private const string ById = $"{Enabled} and id = @integrationId";

    private const string ByToken = $"{Enabled} and webhook_token = @token and (@type::text is null or integration_type = @type)";

    private const string ByScope = $"{Enabled} and scope_id = @scopeId and (@type::text is null or integration_type = @type) order by priority, id";

    private const string ByType = $"{Enabled} and integration_type = @type order by id";
}
