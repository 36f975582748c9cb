using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
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
        var sources = new List<WebhookSource>(rows.Count);
        foreach (var row in rows)
        {
            if (await types.Known(row, cancellationToken) is not { } schema)
                continue;
            var configuration = await configurations.Of(row, schema, cancellationToken);
            sources.Add(new WebhookSource(row.Info(), configuration.Settings, configuration.Secrets.Values));
        }

        return sources;
    }

    private const string Enabled = $"select {IntegrationRow.Columns} from integrations.integrations where enabled";

    private const string ByToken = $"{Enabled} and webhook_token = @token and (@type::text is null or integration_type = @type)";

    private const string ByScope = $"{Enabled} and scope_id = @scopeId and (@type::text is null or integration_type = @type) order by priority, id";

    private const string ByType = $"{Enabled} and integration_type = @type order by id";
}
