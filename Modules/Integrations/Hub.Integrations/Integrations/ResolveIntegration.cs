using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Which integration of a type serves a scope: the nearest one up the tree that is active, then the one with the lowest priority number.</summary>
internal static class ResolveIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/resolve", async (
            [FromQuery(Name = "integration_type")] string? type, [FromQuery(Name = "scope_id")] long? scopeId, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(type ?? "", scopeId ?? 0), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Find the integration that serves a scope");

    public sealed record Request(string IntegrationType, long ScopeId) : IRequest<IntegrationAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.IntegrationType).NotEmpty().WithMessage("is required");
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
        }
    }

    private sealed class Handler(Db db, Caller caller, IntegrationTypes types, IntegrationView view) : IRequestHandler<Request, IntegrationAnswer>
    {
        public async Task<IntegrationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var path = await db.First<long[]>(SelectPath, new { request.ScopeId, caller = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("scope", request.ScopeId);
            var schema = await types.Named(request.IntegrationType, cancellationToken);
            var row = await db.First<IntegrationRow>(SelectNearest, new { path, type = schema.Id }, cancellationToken)
                ?? throw new NotFoundException($"{schema.Name} integration not configured. Configure it at /integrations.", "not_configured");
            return view.Of(row, schema);
        }
    }

    private const string SelectPath = "select path from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";

    private const string SelectNearest = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where integration_type = @type and scope_id = any(@path) and enabled and status = 'active'
        order by array_position(@path, scope_id) desc, priority, id
        limit 1
        """;
}
