using Hub.Integrations.Sso.Oidc;
using Hub.Integrations.Sso.Saml;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso;

/// <summary>Sends a browser to the identity provider of a tenant, or of one integration, with everything that its way back will be checked against.</summary>
internal static class StartSso
{
    public static void Map(IEndpointRouteBuilder group)
    {
        Describe(group.MapGet("/{slug}", (
            string slug, [FromQuery(Name = "return_to")] string? returnTo, HttpContext context, SsoBrowser browser, PublicAddress address,
            IMediator mediator) =>
            Run(context, browser, address, mediator, slug, null, returnTo)));
        Describe(group.MapGet("", (
            [FromQuery(Name = "integration_id")] long integrationId, [FromQuery(Name = "return_to")] string? returnTo, HttpContext context, SsoBrowser browser,
            PublicAddress address, IMediator mediator) =>
            Run(context, browser, address, mediator, null, integrationId, returnTo)));
    }

    private static void Describe(RouteHandlerBuilder route) => route
        .Produces(StatusCodes.Status303SeeOther)
        .WithSummary("Sign in through an identity provider")
        .WithDescription("For browsers: leads to the identity provider, and back to return_to (a local path) with a session, or to /login with the reason.");

    private static async Task<IResult> Run(
        HttpContext context, SsoBrowser browser, PublicAddress address, IMediator mediator, string? slug, long? integrationId, string? returnTo)
    {
        var destination = LocalPath.Or(returnTo, SsoRedirects.SignedIn);
        try
        {
            return SsoRedirects.On(context, await mediator.Send(
                new Request(slug, integrationId, destination, browser.Mark(context), SsoWay.Of(context, address)), context.RequestAborted));
        }
        catch (SsoRefusal refusal)
        {
            return SsoRedirects.ToLogin(context, refusal.Code, slug, destination);
        }
    }

    public sealed record Request(string? Slug, long? IntegrationId, string ReturnTo, string Browser, SsoWay Way) : IRequest<string>
    {
        public override string ToString() => $"Sign in at {Slug}";
    }

    private sealed class Handler(SsoIntegrations integrations, SsoAttempts attempts, SsoJournal journal, CodeFlow codes, SamlFlow saml)
        : IRequestHandler<Request, string>
    {
        public async Task<string> Handle(Request request, CancellationToken cancellationToken)
        {
            var place = request.Slug is { } slug
                ? await integrations.OfTenant(slug, cancellationToken)
                : await integrations.Of(request.IntegrationId ?? 0, cancellationToken);
            try
            {
                var (state, requestId) = await attempts.Begin(place.Row.Id, request.Browser, request.ReturnTo, cancellationToken);
                return place.Settings.Protocol is "saml"
                    ? saml.Start(place, state, requestId, request.Way)
                    : await codes.Start(place.Settings, state, request.Browser, request.Way.Callback, cancellationToken);
            }
            catch (SsoRefusal refusal)
            {
                await journal.NotStarted(place, refusal, cancellationToken);
                throw;
            }
        }
    }
}
