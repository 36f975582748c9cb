using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Budgets;

namespace Hub.Integrations.Budgets;

/// <summary>The way out for calls with a configuration's credential: within what the provider allows it, however many integrations and processes use it.</summary>
internal sealed class CallBudgets(HttpCall http, BudgetedCalls calls, CredentialFingerprints fingerprints)
{
    /// <returns>Throws <see cref="BudgetSpentException"/> instead of calling when nothing is allowed now.</returns>
    public HttpCall For(EffectiveConfiguration subject, Urgency urgency)
    {
        var budget = new CallBudget(fingerprints.Of(subject), subject.Type, urgency);
        return async (request, trace, ct) => (await calls.Send(budget, request, (one, gaveUp) => http(one, trace, gaveUp), ct)).Response;
    }
}
