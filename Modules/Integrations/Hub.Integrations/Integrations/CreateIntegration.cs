using System.Text.Json;
using FluentValidation;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Makes an integration in a scope the caller sees. Complete, or not enabled; its secrets are encrypted and never shown again.</summary>
internal static class CreateIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Request request, IMediator mediator, CancellationToken ct) =>
        {
            var created = await mediator.Send(request, ct);
            return TypedResults.Created($"/api/v1/integrations/{created.Id}", created);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Create an integration");

    /// <param name="ScopeId">Where it belongs.</param>
    /// <param name="Name">1-200 characters, unique in the scope whatever the case.</param>
    /// <param name="IntegrationType">Id or alias of a type in the catalogue.</param>
    /// <param name="Configuration">Values by field of that type; at most 1 MB, 64 KB each.</param>
    /// <param name="Enabled">Default true. Only with false may required fields be missing.</param>
    /// <param name="Priority">1-1000, default 100, lower first.</param>
    /// <param name="SecretSource">stored (default), or environment (platform admins).</param>
    public sealed record Request(
        long ScopeId, string Name, string IntegrationType, IReadOnlyDictionary<string, JsonElement>? Configuration = null, bool? Enabled = null,
        int? Priority = null, string? SecretSource = null) : IRequest<IntegrationAnswer>
    {
        public override string ToString() => $"Create {IntegrationType} in scope {ScopeId}";
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Name).IsName();
            RuleFor(r => r.IntegrationType).NotEmpty().WithMessage("is required");
            RuleFor(r => r.Priority).IsPriority();
            RuleFor(r => r.SecretSource).IsSecretSource();
        }
    }

    private sealed class Handler(Db db, Caller caller, IntegrationTypes types, ScopeLock scopes, ConfigLevels levels, IntegrationChanges changes, IntegrationView view)
        : IRequestHandler<Request, IntegrationAnswer>
    {
        public async Task<IntegrationAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var source = request.SecretSource ?? SecretSources.Stored;
            SecretSourceRights.RequireFor(caller, SecretSources.Stored, source);
            var schema = await types.Named(request.IntegrationType, cancellationToken);
            await using var tx = await db.Begin(cancellationToken);
            var scope = await scopes.Share(request.ScopeId, caller.ScopeId, cancellationToken);
            var draft = Configuration.Draft(
                schema, await levels.Inherited(scope.Path, schema.Id, StoredConfiguration.Empty, cancellationToken), request.Configuration ?? new Dictionary<string, JsonElement>(), replace: true,
                environment: source is SecretSources.Environment).ThrowIfInvalid();
            var created = await changes.Create(
                new NewIntegration(scope.Id, scope.Path, request.Name, schema, draft, request.Enabled ?? true, request.Priority ?? 100, source), cancellationToken)
                ?? throw IntegrationStore.NameTaken(request.Name);
            await tx.Commit(cancellationToken);
            return view.Of(created, schema);
        }
    }
}
