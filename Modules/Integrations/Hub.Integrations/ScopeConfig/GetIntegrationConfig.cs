using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ScopeConfig;

/// <summary>What the calls of an integration use: its own values over those of its scopes, each with its origin, secrets as placeholders.</summary>
internal static class GetIntegrationConfig
{
    public static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/integrations/{id:long}/config", async (long id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithTags("Integrations")
        .WithSummary("Get the effective configuration of an integration");

    public sealed record Request(long Id) : IRequest<ScopeConfigAnswer>;

    private sealed class Handler(
        Caller caller, IntegrationStore store, ConfigPlaces places, IntegrationTypes types, ConfigLevels levels, IntegrationSecrets secrets)
        : IRequestHandler<Request, ScopeConfigAnswer>
    {
        public async Task<ScopeConfigAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var schema = await types.Of(row, cancellationToken);
            var place = await places.Find(row.ScopeId, cancellationToken);
            var above = await levels.Along(row.ScopePath, schema.Id, cancellationToken);
            var answer = ScopeConfigAnswer.Of(schema, place.Kind, ConfigLevel.Of(row, schema, secrets), above);
            return answer with { MissingFields = row.MissingFields };
        }
    }
}
