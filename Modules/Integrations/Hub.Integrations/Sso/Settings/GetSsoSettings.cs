using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso.Settings;

/// <summary>How the people of exactly this scope sign in, without secrets, and what their identity provider has to know of this hub.</summary>
internal static class GetSsoSettings
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            [FromQuery(Name = "scope_id")] long? scopeId, HttpContext context, PublicAddress address, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(scopeId ?? 0, SsoWay.Of(context, address)), ct)))
        .RequireRole(Role.Viewer)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Get a scope's single sign-on settings");

    public sealed record Request(long ScopeId, SsoWay Way) : IRequest<SsoSettingsAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
    }

    private sealed class Handler(SsoScope scope, IntegrationTypes types, IntegrationView view) : IRequestHandler<Request, SsoSettingsAnswer>
    {
        public async Task<SsoSettingsAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var (own, slug) = await scope.Require(request.ScopeId, cancellationToken);
            var schema = await types.Of(own, cancellationToken);
            var defaults = schema.Fields.Where(field => field.Default is { ValueKind: not JsonValueKind.Null })
                .ToDictionary(field => field.Name, field => field.Default!.Value, StringComparer.Ordinal);
            return SsoSettingsAnswer.Of(view.Of(own, schema), defaults, SsoHubPart.Of(request.Way, slug, own.Id));
        }
    }
}
