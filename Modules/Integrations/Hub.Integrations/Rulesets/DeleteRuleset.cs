using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>Deletes a ruleset and revokes its keys; with integrations inside only when the caller says so.</summary>
internal static class DeleteRuleset
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}", async (long id, bool? cascade, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new DeleteScope.Request(id, cascade ?? false, ifMatch, ScopeKind.Ruleset), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Delete a ruleset, with its integrations if cascade=true");
}
