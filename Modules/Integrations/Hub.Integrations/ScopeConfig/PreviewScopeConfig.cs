using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ScopeConfig;

/// <summary>Which integrations below would change if this configuration were set. Judged like the real thing; nothing is saved.</summary>
internal static class PreviewScopeConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{schemaId}/preview", async (long scopeId, string schemaId, ScopeConfigBody body, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(scopeId, schemaId, body), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Preview the configuration of a type at a scope");

    public sealed record Request(long ScopeId, string SchemaId, ScopeConfigBody Body) : IRequest<Answer>;

    /// <param name="Total">How many integrations would change.</param>
    /// <param name="Items">They, by id.</param>
    public sealed record Answer(int Total, IReadOnlyList<Item> Items);

    /// <param name="IntegrationId">Which integration.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="ScopeId">Where it is.</param>
    /// <param name="ChangedFields">Fields whose effective value becomes another one.</param>
    /// <param name="MissingFields">Required fields it would lack.</param>
    /// <param name="Status">Its status now.</param>
    /// <param name="StatusAfter">Its status then.</param>
    public sealed record Item(
        long IntegrationId, string Name, long ScopeId, IReadOnlyList<string> ChangedFields, IReadOnlyList<string> MissingFields, string Status, string StatusAfter);

    private sealed class Handler(
        Db db, ConfigPlaces places, IntegrationTypes types, ConfigLevels levels, ScopeConfigDrafter drafter, IntegrationsBelow below)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var schema = await types.InPath(request.SchemaId, cancellationToken);
            await using var tx = await db.Begin(cancellationToken);
            var place = await places.Find(request.ScopeId, cancellationToken);
            var (above, before) = place.Split(await levels.Along(place.Path, schema.Id, cancellationToken), schema.Id);
            var affected = await below.Affected(
                schema, new ChangedLevel(before, drafter.Draft(schema, above, before, request.Body)), cancellationToken);
            return new Answer(affected.Count, [.. affected.Select(one => new Item(
                one.Row.Id, one.Row.Name, one.Row.ScopeId, one.ChangedFields, one.MissingFields, one.Row.Status, one.Status))]);
        }
    }
}
