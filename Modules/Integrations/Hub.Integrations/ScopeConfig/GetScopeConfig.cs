using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ScopeConfig;

/// <summary>What integrations of one type at a scope would start from: every value with its origin, secrets as placeholders.</summary>
internal static class GetScopeConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{schemaId}", async (long scopeId, string schemaId, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(scopeId, schemaId), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get the effective configuration of a type at a scope");

    public sealed record Request(long ScopeId, string SchemaId) : IRequest<ScopeConfigAnswer>;

    private sealed class Handler(ConfigPlaces places, IntegrationTypes types, ConfigLevels levels) : IRequestHandler<Request, ScopeConfigAnswer>
    {
        public async Task<ScopeConfigAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var place = await places.Find(request.ScopeId, cancellationToken);
            var schema = await types.InPath(request.SchemaId, cancellationToken);
            var (above, here) = place.Split(await levels.Along(place.Path, schema.Id, cancellationToken), schema.Id);
            return ScopeConfigAnswer.Of(schema, place.Kind, here, above);
        }
    }
}
