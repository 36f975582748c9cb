using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>Makes an integration on a ruleset's own scope.</summary>
internal static class CreateRulesetIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:long}/integrations", async (long id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var created = await mediator.Send(new Request(id, body), ct);
            return TypedResults.Created($"/api/v1/integrations/{created.Id}", created);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Create an integration of a ruleset");

    /// <param name="Name">1-200 characters, unique in the ruleset whatever the case.</param>
    /// <param name="IntegrationType">Id or alias of a type in the catalogue.</param>
    /// <param name="Configuration">Values by field of that type; at most 1 MB, 64 KB each.</param>
    /// <param name="Enabled">Default true. Only with false may required fields be missing.</param>
    /// <param name="Priority">1-1000, default 100, lower first.</param>
    /// <param name="SecretSource">stored (default), or environment (platform admins).</param>
    public sealed record Body(
        string Name, string IntegrationType, IReadOnlyDictionary<string, JsonElement>? Configuration = null, bool? Enabled = null, int? Priority = null,
        string? SecretSource = null)
    {
        public override string ToString() => nameof(Body);
    }

    public sealed record Request(long RulesetId, Body Body) : IRequest<IntegrationAnswer>
    {
        public override string ToString() => $"Create an integration of ruleset {RulesetId}";
    }

    private sealed class Handler(RulesetStore store, Caller caller, IMediator mediator) : IRequestHandler<Request, IntegrationAnswer>
    {
        public async Task<IntegrationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var body = request.Body;
            var ruleset = await store.Require(request.RulesetId, caller.ScopeId, cancellationToken);
            return await mediator.Send(
                new CreateIntegration.Request(
                    ruleset.Id, body.Name, body.IntegrationType, body.Configuration, body.Enabled, body.Priority, body.SecretSource),
                cancellationToken);
        }
    }
}
