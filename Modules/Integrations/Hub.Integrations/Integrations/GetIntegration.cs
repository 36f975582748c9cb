using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>One integration that the caller sees, secrets as placeholders.</summary>
internal static class GetIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get an integration");

    public sealed record Request(long Id) : IRequest<IntegrationAnswer>;

    private sealed class Handler(Caller caller, IntegrationStore store, IntegrationTypes types, IntegrationView view) : IRequestHandler<Request, IntegrationAnswer>
    {
        public async Task<IntegrationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            return view.Of(row, await types.Known(row, cancellationToken));
        }
    }
}
