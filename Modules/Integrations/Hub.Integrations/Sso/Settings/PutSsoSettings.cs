using FluentValidation;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso.Settings;

/// <summary>
/// Makes or replaces the sign-in of exactly this scope. What is not sent is not set, secrets included; a secret's placeholder keeps it.
/// </summary>
internal static class PutSsoSettings
{
    private const string Name = "SSO";

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("", async Task<Results<Created<SsoSettingsAnswer>, Ok<SsoSettingsAnswer>>> (
            [FromQuery(Name = "scope_id")] long? scopeId, SsoSettingsBody body, IfMatch ifMatch, HttpContext context, PublicAddress address, IMediator mediator,
            CancellationToken ct) =>
        {
            var isNew = await mediator.Send(new Request(scopeId ?? 0, body, ifMatch), ct);
            var answer = await mediator.Send(new GetSsoSettings.Request(scopeId ?? 0, SsoWay.Of(context, address)), ct);
            return isNew ? TypedResults.Created($"/api/v1/sso-settings?scope_id={answer.ScopeId}", answer) : TypedResults.Ok(answer);
        })
        .RequireRole(Role.Admin)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Set a scope's single sign-on settings");

    public sealed record Request(long ScopeId, SsoSettingsBody Body, IfMatch IfMatch) : IRequest<bool>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
    }

    private sealed class Handler(SsoScope scope, IMediator mediator) : IRequestHandler<Request, bool>
    {
        public async Task<bool> Handle(Request request, CancellationToken cancellationToken)
        {
            var (own, _) = await scope.Find(request.ScopeId, cancellationToken);
            try
            {
                await (own is null ? Create(request, cancellationToken) : Replace(request, own, cancellationToken));
                return own is null;
            }
            catch (InvalidException wrong)
            {
                throw new InvalidException(wrong.Errors.ToDictionary(error => Plain(error.Key), error => error.Value), wrong.Code);
            }
        }

        private Task<IntegrationAnswer> Create(Request request, CancellationToken ct)
        {
            request.IfMatch.Require(0);
            return mediator.Send(new CreateIntegration.Request(request.ScopeId, Name, SsoSettings.Type, request.Body.Values(), request.Body.Enabled), ct);
        }

        private Task<IntegrationAnswer> Replace(Request request, IntegrationRow own, CancellationToken ct) => mediator.Send(new ReplaceIntegration.Request(
            own.Id, new ReplaceIntegration.Body(own.Name, request.Body.Values(), request.Body.Enabled, own.Priority, own.SecretSource), request.IfMatch), ct);

        private static string Plain(string path) => path.StartsWith("configuration.", StringComparison.Ordinal) ? path["configuration.".Length..] : path;
    }
}
