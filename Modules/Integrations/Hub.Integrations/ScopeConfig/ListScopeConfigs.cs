using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ScopeConfig;

/// <summary>The effective configuration of every type that the scope or one above says something about, and of the types every hub needs.</summary>
internal static class ListScopeConfigs
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (long scopeId, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(scopeId), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get the effective configuration of a scope");

    public sealed record Request(long ScopeId) : IRequest<Page<ScopeConfigAnswer>>;

    private sealed class Handler(ConfigPlaces places, IntegrationTypes types, ConfigLevels levels) : IRequestHandler<Request, Page<ScopeConfigAnswer>>
    {
        public async Task<Page<ScopeConfigAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var place = await places.Find(request.ScopeId, cancellationToken);
            var configured = await levels.TypesAlong(place.Path, cancellationToken);
            var schemas = (await types.All(cancellationToken)).Values
                .Where(schema => ScopeConfigAnswer.IsRequired(schema.Id) || configured.Contains(schema.Id, StringComparer.Ordinal))
                .OrderBy(schema => schema.DisplayOrder).ThenBy(schema => schema.Id, StringComparer.Ordinal).ToArray();
            var known = await levels.Among(place.Path.ToArray(), [.. schemas.Select(schema => schema.Id)], cancellationToken);
            return new Page<ScopeConfigAnswer>([.. schemas.Select(schema =>
            {
                var (above, here) = place.Split(known.Along(place.Path, schema.Id), schema.Id);
                return ScopeConfigAnswer.Of(schema, place.Kind, here, above);
            })], null);
        }
    }
}
