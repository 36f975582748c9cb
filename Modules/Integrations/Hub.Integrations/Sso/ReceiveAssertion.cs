using Hub.Integrations.Sessions;
using Hub.Integrations.Sso.Saml;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sso;

/// <summary>
/// Takes a SAML response in, once, if everything about it holds. The browser's cookies do not come along with a form of another site, so that the
/// person found is only kept here; the browser that began comes for it by the redirect that this answers with.
/// </summary>
internal static class ReceiveAssertion
{
    private const long MaxForm = 2 * SamlXml.MaxSize;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/acs", async (HttpContext context, PublicAddress address, IMediator mediator) =>
        {
            try
            {
                var form = await Form(context);
                var state = form["RelayState"].ToString();
                await mediator.Send(new Request(form["SAMLResponse"].ToString(), state, SsoWay.Of(context, address)), context.RequestAborted);
                return SsoRedirects.On(context, $"/auth/sso/callback{QueryString.Create("state", state)}");
            }
            catch (SsoRefusal refusal)
            {
                return SsoRedirects.ToLogin(context, refusal.Code);
            }
        })
        .WithMetadata(new RequestSizeLimitAttribute(MaxForm))
        .Produces(StatusCodes.Status303SeeOther)
        .WithSummary("Take a SAML response in")
        .WithDescription("The assertion consumer service (HTTP-POST binding): a form with SAMLResponse and RelayState.");

    public sealed record Request(string Response, string State, SsoWay Way) : IRequest
    {
        public override string ToString() => nameof(ReceiveAssertion);
    }

    private sealed class Handler(Db db, SsoIntegrations integrations, SsoAttempts attempts, SsoJournal journal, SamlFlow saml) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            var attempt = await attempts.Await(request.State, cancellationToken);
            var place = await integrations.Of(attempt.IntegrationId, cancellationToken);
            try
            {
                var (person, statement) = saml.Finish(place, request.Response, attempt.RequestId, request.Way);
                await using var tx = await db.Begin(cancellationToken);
                await RequireNew(place.Row.Id, statement, cancellationToken);
                await attempts.Keep(request.State, person, cancellationToken);
                await tx.Commit(cancellationToken);
                return Unit.Value;
            }
            catch (SsoRefusal refusal)
            {
                await journal.Refused(place, refusal, cancellationToken);
                throw;
            }
        }

        private async Task RequireNew(long integrationId, SamlStatement statement, CancellationToken ct)
        {
            var noted = new { integrationId, hash = SessionToken.Hash(statement.Id), expires = statement.UsableUntil };
            if (await db.Execute(Note, noted, ct) == 0)
                throw SsoRefusal.Invalid("The assertion was used before.");
        }
    }

    private static async Task<IFormCollection> Form(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException)
        {
            throw SsoRefusal.Invalid("The form cannot be read, or it is too large.");
        }
    }

    private const string Note = """
        insert into integrations.sso_assertions (integration_id, assertion_hash, expires_at)
        values (@integrationId, @hash, @expires)
        on conflict do nothing
        """;
}
