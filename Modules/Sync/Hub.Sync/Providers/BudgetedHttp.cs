using System.Globalization;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Outbound;

namespace Hub.Sync.Providers;

/// <summary>
/// The way out of this module: calls with an integration's credentials, within what the provider allows them. When it allows none, or asks for a pause,
/// the failure says how long; until then nobody calls, in any process.
/// </summary>
internal sealed class BudgetedHttp(OutboundHttp http, BudgetedCalls calls, TimeProvider time)
{
    /// <returns>The answer, whatever its status, unless it asks for a pause.</returns>
    /// <exception cref="ProviderFailure">Reason <c>rate_limited</c>: nothing was called, or the provider refused the call for now.</exception>
    /// <exception cref="OutboundException">There is no complete answer.</exception>
    public async Task<OutboundResponse> Send(Connection connection, Urgency urgency, OutboundRequest request, CancellationToken ct)
    {
        var budget = new CallBudget(connection.Credential, connection.Integration.Type, urgency);
        try
        {
            var answer = await calls.Send(budget, request, http.Send, ct);
            return answer.PausedUntil is { } until ? throw Limited($"The provider asks for a pause, until {Words(until)}.", until) : answer.Response;
        }
        catch (BudgetSpentException spent)
        {
            throw Limited(spent.Message, spent.Until);
        }
    }

    private static string Words(DateTimeOffset until) => until.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private ProviderFailure Limited(string message, DateTimeOffset until) => new("rate_limited", message, true, until - time.GetUtcNow());
}
