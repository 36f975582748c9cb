using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Contracts;
using Hub.Sync.Jira.Writing;
using Hub.Sync.Providers;
using MediatR;

namespace Hub.Sync.Tickets;

/// <summary>Opens the third party of an integration for writing, and tells the integration's health how calls went.</summary>
internal sealed class TicketSites(Db db, IMediator mediator, BudgetedHttp http, TimeProvider time, TicketOptions options)
{
    /// <summary>For a caller who waits.</summary>
    /// <exception cref="NotFoundException">The caller does not see the integration.</exception>
    /// <exception cref="ConflictException">It takes no tickets, or none now.</exception>
    public async Task<JiraCalls> OfCaller(long integrationId, Caller caller, CancellationToken ct)
    {
        var integration = await mediator.Send(new AskIntegration(integrationId, caller.ScopeId), ct) ?? throw NotFoundException.Of("integration", integrationId);
        if (integration.Type != "jira")
            throw new ConflictException("not_a_ticketing_integration", $"Tickets are written through integrations of type jira; this one is {integration.Type}.");
        if (!integration.Enabled)
            throw new ConflictException("integration_disabled", $"Integration {integration.Id} is disabled. Enable it first.");
        var connection = await mediator.Send(new AskConnection(integration.Id), ct) ?? throw NotFoundException.Of("integration", integrationId);
        if (connection.Problem is { } problem)
            throw new ConflictException("integration_unhealthy", problem);
        if (integration.HealthStatus is "error")
            throw new ConflictException(
                "integration_unhealthy", $"Integration {integration.Id} does not work at present: see GET /integrations/{integration.Id}/health for the reason, then test it.");
        return await Answered(connection, () => JiraCalls.Open(http, connection, options.Call, time, ct), ct);
    }

    /// <summary>For work that goes on without a caller.</summary>
    /// <returns>Null while the integration is disabled.</returns>
    /// <exception cref="ProviderFailure">It cannot be called now.</exception>
    public async Task<JiraCalls?> OfWork(long integrationId, CancellationToken ct)
    {
        if (await mediator.Send(new AskConnection(integrationId), ct) is not { Integration.Enabled: true } connection)
            return null;
        return connection.Problem is { } problem ? throw new ProviderFailure("config", problem, false) : await JiraCalls.Open(http, connection, options.Call, time, ct);
    }

    /// <summary>Does something at the third party; what stops it counts for the integration's health and becomes an answer for the caller.</summary>
    public async Task<T> Answered<T>(Connection connection, Func<Task<T>> work, CancellationToken ct)
    {
        try
        {
            return await work();
        }
        catch (ProviderFailure failure)
        {
            await Tell(connection, failure, ct);
            throw JiraProblems.Of(failure);
        }
        catch (JiraRefusal refusal)
        {
            throw JiraProblems.Of(refusal, new FieldNames(connection));
        }
    }

    /// <param name="connection">Whose call it was.</param>
    /// <param name="failure">What stopped it; null when it worked.</param>
    /// <param name="ct">Cancels the telling.</param>
    /// <param name="latencyMs">How long it took.</param>
    public async Task Tell(Connection connection, ProviderFailure? failure, CancellationToken ct, double latencyMs = 0)
    {
        await using var tx = await db.Begin(ct);
        await mediator.Publish(new IntegrationCalled(connection.Integration.Id, failure is null, failure?.Reason, failure?.Message, latencyMs), ct);
        await tx.Commit(ct);
    }
}
