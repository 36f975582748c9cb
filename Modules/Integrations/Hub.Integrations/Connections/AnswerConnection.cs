using Hub.Integrations.Budgets;
using Hub.Integrations.Calls;
using Hub.Integrations.Contracts;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Gives a worker what it needs to call an integration. Says so when that cannot work, instead of failing.</summary>
internal sealed class AnswerConnection(Db db, IntegrationTypes types, EffectiveConfigurations configurations, ConnectionHeaders connections,
    CredentialFingerprints fingerprints)
    : IRequestHandler<AskConnection, Connection?>
{
    private static readonly Dictionary<string, string> None = [];

    public async Task<Connection?> Handle(AskConnection request, CancellationToken cancellationToken)
    {
        if (await db.First<IntegrationRow>(Select, new { request.IntegrationId }, cancellationToken) is not { } row)
            return null;
        var subject = await configurations.Of(row, await types.Of(row, cancellationToken), cancellationToken);
        if (subject.Problem is { } problem)
            return Of(row, subject, None, problem, FailureReason.Config);
        try
        {
            return Of(row, subject, await connections.Of(subject, row.Detected, cancellationToken)) with { Credential = fingerprints.Of(subject) };
        }
        catch (CallFailed failure)
        {
            return Of(row, subject, None, failure.Message, failure.Reason);
        }
    }

    private static Connection Of(
        IntegrationRow row, EffectiveConfiguration subject, IReadOnlyDictionary<string, string> headers, string? problem = null, string? reason = null) => new(
        row.Info(), subject.Settings, headers, [.. subject.Secrets.Values.Values.Union(Tokens(headers))], row.Detected, problem, reason);

    // A token that was obtained is a secret too.
    private static IEnumerable<string> Tokens(IReadOnlyDictionary<string, string> headers) =>
        headers.GetValueOrDefault("Authorization")?.Split(' ') is [.., { Length: > 0 } token] ? [token] : [];

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";
}
