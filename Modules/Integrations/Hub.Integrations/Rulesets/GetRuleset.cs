using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>One ruleset that the caller sees.</summary>
internal static class GetRuleset
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a ruleset");

    public sealed record Request(long Id) : IRequest<RulesetAnswer>;

    private sealed class Handler(RulesetStore store, Caller caller) : IRequestHandler<Request, RulesetAnswer>
    {
        public async Task<RulesetAnswer> Handle(Request request, CancellationToken cancellationToken) =>
            RulesetAnswer.Of(await store.Require(request.Id, caller.ScopeId, cancellationToken));
    }
}
