using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Who may be sending a webhook, with what proves it. Disabled integrations take none in.</summary>
internal sealed class AnswerWebhookSources(Db db, IntegrationTypes types, EffectiveConfigurations configurations)
    : IRequestHandler<AskWebhookSources, IReadOnlyList<WebhookSource>>
{
    public async Task<IReadOnlyList<WebhookSource>> Handle(AskWebhookSources request, CancellationToken cancellationToken)
    {
        var sql = request switch
        {
            { Token: not null } => ByToken,
            { ScopeId: not null } => ByScope,
            { Type: not null } => ByType,
            _ => throw new ArgumentException("A token, a type or a scope is needed.", nameof(request)),
        };
        var rows = await db.List<IntegrationRow>(sql, new { request.Token, request.Type, request.ScopeId }, cancellationToken);
        var known = new List<(IntegrationRow Row, IntegrationSchema Schema)>(rows.Count);
        foreach (var row in rows)
            if (await types.Known(row, cancellationToken) is { } schema)
                known.Add((row, schema));
        var effective = await configurations.Of(known, cancellationToken);
        return [.. known.Zip(effective, (one, configuration) => new WebhookSource(one.Row.Info(), configuration.Settings, configuration.Secrets.Values))];
    }

    private const string Enabled = $"select {IntegrationRow.Columns} from integrations.integrations where enabled";

    private const string ByToken = $"{Enabled} and webhook_token = @token and (@type::text is null or integration_type = @type)";

    private const string ByScope = $"{Enabled} and scope_id = @scopeId and (@type::text is null or integration_type = @type) order by priority, id";

    private const string ByType = $"{Enabled} and integration_type = @type order by id";
}
