using Hub.Integrations.Contracts;
using Hub.Integrations.Sso.Oidc;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso;

/// <summary>
/// The way back from the identity provider: only the browser that set out comes in, once, and only for whom the provider vouches. Both OpenID
/// Connect and OAuth 2.0 end here, and so does SAML after its assertion was accepted.
/// </summary>
internal static class FinishSso
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/callback", async ([AsParameters] Query query, HttpContext context, SessionCookie cookie, PublicAddress address, IMediator mediator) =>
        {
            try
            {
                var done = await mediator.Send(new Request(
                    new CodeAnswer(query.State, query.Code, query.Error, query.ErrorDescription, query.Issuer),
                    SsoBrowser.Secret(context), SessionCookie.Token(context), SsoWay.Of(context, address)), context.RequestAborted);
                cookie.Write(context, done.Session.Token);
                return SsoRedirects.On(context, done.ReturnTo);
            }
            catch (SsoRefusal refusal)
            {
                return SsoRedirects.ToLogin(context, refusal.Code);
            }
        })
        .Produces(StatusCodes.Status303SeeOther)
        .WithSummary("Finish a sign-in through an identity provider")
        .WithDescription("Where identity providers send browsers back to: the redirect URI to register with them.");

    public sealed record Query
    {
        [FromQuery(Name = "state")]
        public string? State { get; init; }

        [FromQuery(Name = "code")]
        public string? Code { get; init; }

        [FromQuery(Name = "error")]
        public string? Error { get; init; }

        [FromQuery(Name = "error_description")]
        public string? ErrorDescription { get; init; }

        [FromQuery(Name = "iss")]
        public string? Issuer { get; init; }
    }

    public sealed record Request(CodeAnswer Answer, string? Browser, string? Earlier, SsoWay Way) : IRequest<Done>
    {
        public override string ToString() => nameof(FinishSso);
    }

    public sealed record Done(StartedSession Session, string ReturnTo);

    private sealed class Handler(SsoIntegrations integrations, SsoAttempts attempts, SsoJournal journal, CodeFlow codes, SsoSignIn signIn)
        : IRequestHandler<Request, Done>
    {
        public async Task<Done> Handle(Request request, CancellationToken cancellationToken)
        {
            var attempt = await attempts.Take(request.Answer.State, request.Browser, cancellationToken);
            var place = await integrations.Of(attempt.IntegrationId, cancellationToken);
            try
            {
                var person = attempt.Who ?? await ByCode(place, request, cancellationToken);
                var session = await signIn.Complete(place.Row, person, request.Earlier, cancellationToken);
                return new Done(session, attempt.ReturnTo);
            }
            catch (SsoRefusal refusal)
            {
                await journal.Refused(place, refusal, cancellationToken);
                throw;
            }
        }

        private async Task<SsoPerson> ByCode(SsoPlace place, Request request, CancellationToken ct)
        {
            if (place.Settings.Protocol is "saml")
                throw new SsoRefusal(SsoProblem.Expired, "The browser came back without an assertion.");
            var person = await codes.Finish(place.Settings, request.Answer, request.Browser!, request.Way.Callback, ct);
            await journal.Worked(place, ct);
            return person;
        }
    }
}
