using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Gives a worker what it needs to call an integration. Says so when that cannot work, instead of failing.</summary>
internal sealed class AnswerConnection(Db db, IntegrationTypes types, IntegrationSecrets secrets) : IRequestHandler<AskConnection, Connection?>
{
    public async Task<Connection?> Handle(AskConnection request, CancellationToken cancellationToken)
    {
        if (await db.First<IntegrationRow>(Select, new { request.IntegrationId }, cancellationToken) is not { } row)
            return null;
        var schema = await types.Of(row, cancellationToken);
        var settings = Configuration.Effective(schema, row.Configuration);
        var opened = secrets.Open(row, schema);
        var missing = Configuration.Missing(schema, row.Configuration, secrets.Present(row, schema));
        var problem = opened.Problem ?? (missing.Count > 0 ? $"These required fields are not set: {string.Join(", ", missing)}." : null);
        var headers = problem is null ? ConnectionHeaders.Of(row.IntegrationType, settings, opened, row.Detected) : new Dictionary<string, string>();
        return new Connection(row.Info(), settings, headers, [.. opened.Values.Values], row.Detected, problem);
    }

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";
}
