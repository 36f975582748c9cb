using Hub.Integrations.ConnectionTests;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Integrations.Rulesets;

/// <summary>
/// Tests every integration of a ruleset that is switched on and complete, side by side. Each test stands for itself: one that fails, breaks or hangs is
/// one failed result.
/// </summary>
internal static class TestAllIntegrations
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/test-all-integrations", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Test all active integrations of a ruleset");

    public sealed record Request(long RulesetId) : IRequest<Answer>;

    /// <param name="TotalIntegrations">How many were tested.</param>
    /// <param name="SuccessfulConnections">How many worked.</param>
    /// <param name="FailedConnections">How many did not.</param>
    /// <param name="Results">In the ruleset's search order.</param>
    public sealed record Answer(int TotalIntegrations, int SuccessfulConnections, int FailedConnections, IReadOnlyList<Result> Results);

    /// <param name="IntegrationId">Which integration.</param>
    /// <param name="IntegrationName">Its name.</param>
    /// <param name="IntegrationType">Its type.</param>
    /// <param name="Status">success or failed.</param>
    /// <param name="Message">What came out, for people.</param>
    /// <param name="LatencyMs">How long the proving call took; null when none was made.</param>
    public sealed record Result(long IntegrationId, string IntegrationName, string IntegrationType, string Status, string Message, double? LatencyMs);

    private sealed record Target(long Id, string Name, string IntegrationType);

    private sealed class Handler(Db db, Caller caller, RulesetStore store, IServiceScopeFactory scopes, TimeProvider time, ILogger<Request> log)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var ruleset = await store.Require(request.RulesetId, caller.ScopeId, cancellationToken);
            var targets = await db.List<Target>(
                Select, new { ruleset.Id, order = ruleset.SearchPriority, unlisted = SearchPosition.Unlisted }, cancellationToken);
            var results = new Result[targets.Count];
            await Parallel.ForEachAsync(
                targets.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (target, ct) => results[target.Index] = await Test(target.Item, ct));
            var worked = results.Count(result => result.Status is "success");
            return new Answer(results.Length, worked, results.Length - worked, results);
        }

        private async Task<Result> Test(Target target, CancellationToken ct)
        {
            using var limit = new CancellationTokenSource(Longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<CallerAccessor>().Current = caller;
                var found = await scope.ServiceProvider.GetRequiredService<StoredTest>().Run(target.Id, either.Token);
                return Of(target, found.Success ? "success" : "failed", found.Message, found.LatencyMs);
            }
            catch (HubException refused)
            {
                return Of(target, "failed", refused.Message, null);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return Of(target, "failed", $"The test was stopped: it had not finished after {Longest.TotalSeconds:0} s.", null);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Its message may quote what was sent or received.
                log.LogWarning("The test of integration {Id} broke with {Fault}", target.Id, fault.GetType().Name);
                return Of(target, "failed", "The test itself broke; the hub's log has the kind of fault.", null);
            }
        }

        private static Result Of(Target target, string status, string message, double? latency) =>
            new(target.Id, target.Name, target.IntegrationType, status, message, latency);
    }

    // One that its breaker stopped (status error) is tested too: a good test is the way back.
    private const string Select = """
        select id, name, integration_type
        from integrations.integrations
        where scope_id = @id and enabled and status in ('active', 'error')
        order by coalesce(array_position(@order::text[], integration_type), @unlisted), priority, id
        """;
}
