using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Rulesets;

/// <summary>PATCH merges (RFC 7396): what is not sent stays, null clears, objects merge member by member. A slug changes only when it is sent.</summary>
internal static class ChangeRuleset
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}", async (long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body, ifMatch), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Change a ruleset");

    /// <param name="Name">1-200 characters.</param>
    /// <param name="Slug">a-z, 0-9 and hyphens.</param>
    /// <param name="IsActive">Whether it is to be used.</param>
    public sealed record Body(string? Name = null, string? Slug = null, bool? IsActive = null)
    {
        /// <summary>A text, or null to clear it.</summary>
        public JsonElement Description { get; init; }

        /// <summary>A list of integration types, each once, that replaces the one there; null clears it.</summary>
        public JsonElement SearchPriority { get; init; }

        /// <summary>Text, or a JSON object or array, or null to clear it.</summary>
        public JsonElement ResponseGuidelines { get; init; }

        /// <summary>Likewise.</summary>
        public JsonElement ContextRules { get; init; }

        /// <summary>Likewise.</summary>
        public JsonElement AiBehaviorRules { get; init; }

        /// <summary>Likewise.</summary>
        public JsonElement ConversationRules { get; init; }

        /// <summary>A JSON object, or null to clear it.</summary>
        public JsonElement ModeSettings { get; init; }
    }

    public sealed record Request(long Id, Body Body, IfMatch IfMatch) : IRequest<RulesetAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Name).IsName().When(r => r.Body.Name is not null);
            RuleFor(r => r.Body.Slug).IsSlug();
            RuleFor(r => r.Body.Description).Custom((value, context) => RulesetRules.Refuse(context, DescriptionRefusal(value)));
            RuleFor(r => r.Body.SearchPriority).Must(IsListOfTexts).WithMessage("must be a list of integration types");
            RuleFor(r => r.Body.ResponseGuidelines).IsRule();
            RuleFor(r => r.Body.ContextRules).IsRule();
            RuleFor(r => r.Body.AiBehaviorRules).IsRule();
            RuleFor(r => r.Body.ConversationRules).IsRule();
            RuleFor(r => r.Body.ModeSettings).IsSettings();
        }

        private static string? DescriptionRefusal(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String => StorableText.Of(value, out var text) ? RulesetRules.DescriptionRefusal(text) : StorableText.Rule,
            _ => "must be a text",
        };

        private static bool IsListOfTexts(JsonElement value) =>
            value.OrNothing() is not { } list || (list.ValueKind is JsonValueKind.Array && list.EnumerateArray().All(IsText));

        // null is named by its place in the list, like an unknown type.
        private static bool IsText(JsonElement name) =>
            name.ValueKind is JsonValueKind.Null || (name.ValueKind is JsonValueKind.String && StorableText.Of(name, out _));
    }

    private sealed class Handler(Db db, Caller caller, ScopeChanges scopes, RulesetStore store, RulesetChanges rulesets, SearchPriority priority)
        : IRequestHandler<Request, RulesetAnswer>
    {
        public async Task<RulesetAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var body = request.Body;
            await using var tx = await db.Begin(cancellationToken);
            var scope = await scopes.Lock(request.Id, ScopeKind.Ruleset, caller.ScopeId, cancellationToken);
            request.IfMatch.Require(scope.Version);
            var before = await store.Require(request.Id, caller.ScopeId, cancellationToken);
            var wanted = before with
            {
                Name = body.Name ?? before.Name,
                Slug = body.Slug ?? before.Slug,
                Description = body.Description.ValueKind is JsonValueKind.Undefined ? before.Description : body.Description.GetString(),
                IsActive = body.IsActive ?? before.IsActive,
                SearchPriority = body.SearchPriority.ValueKind is JsonValueKind.Undefined
                    ? before.SearchPriority
                    : await priority.Of(Names(body.SearchPriority), cancellationToken),
                ResponseGuidelines = Merged("response_guidelines", before.ResponseGuidelines, body.ResponseGuidelines),
                ContextRules = Merged("context_rules", before.ContextRules, body.ContextRules),
                AiBehaviorRules = Merged("ai_behavior_rules", before.AiBehaviorRules, body.AiBehaviorRules),
                ConversationRules = Merged("conversation_rules", before.ConversationRules, body.ConversationRules),
                ModeSettings = Merged("mode_settings", before.ModeSettings, body.ModeSettings),
            };
            var saved = await rulesets.Change(before, wanted, cancellationToken);
            await tx.Commit(cancellationToken);
            return RulesetAnswer.Of(saved);
        }

        private static string?[] Names(JsonElement list) => list.OrNothing() is { } names ? [.. names.EnumerateArray().Select(name => name.GetString())] : [];

        private static JsonElement? Merged(string field, JsonElement? before, JsonElement sent)
        {
            if (sent.ValueKind is JsonValueKind.Undefined)
                return before;
            if (sent.ValueKind is not JsonValueKind.Object || before is not { ValueKind: JsonValueKind.Object } known)
                return sent.OrNothing();
            var merged = JsonSerializer.SerializeToElement(MergePatch.Apply(JsonObject.Create(known), sent));
            return RulesetRules.RuleRefusal(merged) is { } refusal ? throw new InvalidException(field, refusal) : merged;
        }
    }
}
