using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Budgets;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Budgets;

/// <summary>What the provider allows an integration's credential, as far as its answers told. All integrations with this credential share it.</summary>
internal static class GetBudget
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/budget", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get what the provider still allows an integration");

    public sealed record Request(long Id) : IRequest<Answer>;

    /// <param name="IntegrationId">Which integration.</param>
    /// <param name="ManualSharePercent">What background work leaves of each limit to people.</param>
    /// <param name="PausedUntil">Nothing is called with this credential before, whatever the call; null when some calls can be made now.</param>
    /// <param name="Limits">Limits that answers told of, by what they apply to. Empty when none did.</param>
    public sealed record Answer(long IntegrationId, int ManualSharePercent, DateTimeOffset? PausedUntil, IReadOnlyList<KnownLimit> Limits);

    private sealed class Handler(
        Caller caller, IntegrationStore store, IntegrationTypes types, EffectiveConfigurations configurations, CredentialFingerprints fingerprints,
        BudgetedCalls calls, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var subject = await configurations.Of(row, await types.Of(row, cancellationToken), cancellationToken);
            var limits = subject.Problem is null ? await calls.Show(fingerprints.Of(subject), cancellationToken) : [];
            var now = time.GetUtcNow();
            return new Answer(
                row.Id, calls.ManualSharePercent, limits.Where(limit => limit.AppliesTo is null && limit.PausedUntil > now).Max(limit => limit.PausedUntil), limits);
        }
    }
}
