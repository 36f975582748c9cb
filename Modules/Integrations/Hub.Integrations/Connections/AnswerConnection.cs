using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Gives a worker what it needs to call an integration. Says so when that cannot work, instead of failing.</summary>
internal sealed class AnswerConnection(Db db, IntegrationTypes types, EffectiveConfigurations configurations) : IRequestHandler<AskConnection, Connection?>
{
    public async Task<Connection?> Handle(AskConnection request, CancellationToken cancellationToken)
    {
        if (await db.First<IntegrationRow>(Select, new { request.IntegrationId }, cancellationToken) is not { } row)
            return null;
        var schema = await types.Of(row, cancellationToken);
        var configuration = await configurations.Of(row, schema, cancellationToken);
        var (settings, opened) = (configuration.Settings, configuration.Secrets);
        var headers = configuration.Problem is null ? ConnectionHeaders.Of(row.IntegrationType, settings, opened, row.Detected) : new Dictionary<string, string>();
        return new Connection(row.Info(), settings, headers, [.. opened.Values.Values], row.Detected, configuration.Problem);
    }

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";
}
