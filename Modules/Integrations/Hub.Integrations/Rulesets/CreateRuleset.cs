using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>Creates a ruleset under a platform, tenant or team; without a parent under the caller's own scope.</summary>
internal static class CreateRuleset
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var ruleset = await mediator.Send(new Request(body), ct);
            return TypedResults.Created($"/api/v1/rulesets/{ruleset.Id}", ruleset);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Create a ruleset");

    /// <param name="Name">1-200 characters.</param>
    /// <param name="Slug">Made from the name when absent.</param>
    /// <param name="ParentId">The caller's own scope when absent.</param>
    /// <param name="Description">At most 10,000 characters.</param>
    /// <param name="IsActive">Default true.</param>
    /// <param name="SearchPriority">Ids or aliases of integration types, each once.</param>
    /// <param name="ResponseGuidelines">Text, or a JSON object or array; at most 256 KB.</param>
    /// <param name="ContextRules">Likewise.</param>
    /// <param name="AiBehaviorRules">Likewise.</param>
    /// <param name="ConversationRules">Likewise.</param>
    /// <param name="ModeSettings">A JSON object; at most 256 KB.</param>
    public sealed record Body(
        string Name, string? Slug = null, long? ParentId = null, string? Description = null, bool? IsActive = null, IReadOnlyList<string?>? SearchPriority = null,
        JsonElement? ResponseGuidelines = null, JsonElement? ContextRules = null, JsonElement? AiBehaviorRules = null, JsonElement? ConversationRules = null,
        JsonElement? ModeSettings = null);

    public sealed record Request(Body Body) : IRequest<RulesetAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Name).IsName();
            RuleFor(r => r.Body.Slug).IsSlug();
            RuleFor(r => r.Body.Description).Custom((text, context) => RulesetRules.Refuse(context, RulesetRules.DescriptionRefusal(text)));
            RuleFor(r => r.Body.ResponseGuidelines).IsRule();
            RuleFor(r => r.Body.ContextRules).IsRule();
            RuleFor(r => r.Body.AiBehaviorRules).IsRule();
            RuleFor(r => r.Body.ConversationRules).IsRule();
            RuleFor(r => r.Body.ModeSettings).IsSettings();
        }
    }

    private sealed class Handler(Db db, Caller caller, ScopeChanges scopes, RulesetChanges rulesets, SearchPriority priority) : IRequestHandler<Request, RulesetAnswer>
    {
        public async Task<RulesetAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var body = request.Body;
            var details = new RulesetDetails(
                body.Description, body.IsActive ?? true, await priority.Of(body.SearchPriority ?? [], cancellationToken), body.ResponseGuidelines,
                body.ContextRules, body.AiBehaviorRules, body.ConversationRules, body.ModeSettings, null);
            var slug = body.Slug ?? Slug.From(body.Name);
            await using var tx = await db.Begin(cancellationToken);
            var parent = await scopes.Parent(ScopeKind.Ruleset, body.ParentId ?? caller.ScopeId, caller.ScopeId, "parent_id", cancellationToken);
            var created = await rulesets.Create(body.Name, slug, parent, details, cancellationToken)
                ?? throw ScopeAnswer.Taken(body.Slug is null ? "name" : "slug", slug ?? "scope-...");
            await tx.Commit(cancellationToken);
            return RulesetAnswer.Of(created);
        }
    }
}
