using Hub.Integrations.Calls;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.OAuth;

/// <summary>Whether an integration is authorised at its provider, by whom, and what to do if not.</summary>
internal static class GetAuthorization
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/oauth", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Get who authorised an integration at its provider");

    public sealed record Request(long Id) : IRequest<AuthorizationAnswer>;

    private sealed class Handler(Caller caller, IntegrationStore integrations, OAuthMethods methods, GrantStore grants)
        : IRequestHandler<Request, AuthorizationAnswer>
    {
        public async Task<AuthorizationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await integrations.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            try
            {
                var method = await methods.Of(row, cancellationToken) ?? throw OAuthMethods.NotUsed();
                return await grants.Find(row.Id, cancellationToken) is { } grant && grant.Client == method.Client.Fingerprint
                    ? AuthorizationAnswer.Of(row.Id, grant)
                    : AuthorizationAnswer.None(row.Id, OAuthWords.NotAuthorised(row.Id));
            }
            catch (CallFailed failed)
            {
                return AuthorizationAnswer.None(row.Id, failed.Message);
            }
        }
    }
}
