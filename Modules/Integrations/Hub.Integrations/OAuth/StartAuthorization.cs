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
using Microsoft.AspNetCore.WebUtilities;

namespace Hub.Integrations.OAuth;

/// <summary>
/// Sends a browser to the provider, where a person grants access; a program gets the address for a person instead. The way back is good once, for ten
/// minutes, and in a browser only for that browser.
/// </summary>
internal static class StartAuthorization
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("/{id:long}/oauth/start", Handle)
        .RequireRole(Role.Manager)
        .Produces(StatusCodes.Status302Found)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Start to authorise an integration at its provider");

    private static async Task<Results<Ok<Answer>, RedirectHttpResult>> Handle(
        long id, HttpContext http, PublicAddress address, IMediator mediator, CancellationToken ct,
        [FromQuery(Name = "return_to")] string? returnTo = null, bool force = false)
    {
        var inBrowser = Browsers.IsOne(http.Request);
        var started = await mediator.Send(new Request(id, $"{address.Of(http.Request)}{Browsers.CallbackPath}", returnTo, force, inBrowser), ct);
        http.Response.Headers.CacheControl = "no-store";
        if (started.BrowserSecret is not { } secret)
            return TypedResults.Ok(new Answer(started.AuthorizationUrl, started.ExpiresAt));
        Browsers.Bind(http, started.State, secret, address.IsHttps(http.Request));
        return TypedResults.Redirect(started.AuthorizationUrl);
    }

    /// <param name="AuthorizationUrl">To be opened in a browser by whoever shall grant access.</param>
    /// <param name="ExpiresAt">Until when the way back is open.</param>
    public sealed record Answer(string AuthorizationUrl, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => nameof(Answer);
    }

    public sealed record Request(long Id, string RedirectUri, string? ReturnTo, bool Force, bool InBrowser) : IRequest<Started>;

    public sealed record Started(string AuthorizationUrl, string State, string? BrowserSecret, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => nameof(Started);
    }

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.ReturnTo).Must(Browsers.IsOwnPath).OverridePropertyName("return_to").When(r => r.ReturnTo is not null)
            .WithMessage("must be a path of this hub, such as /integrations/12");
    }

    private sealed class Handler(Caller caller, IntegrationStore store, OAuthMethods methods, PendingAuthorizations pending, TimeProvider time)
        : IRequestHandler<Request, Started>
    {
        public async Task<Started> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var client = (await methods.Required(row, cancellationToken)).Client;
            var (state, verifier) = (Pkce.Random(), Pkce.Random());
            var secret = request.InBrowser ? Pkce.Random() : null;
            var expires = time.GetUtcNow() + PendingAuthorizations.Lifetime;
            await pending.Keep(
                new PendingAuthorization
                {
                    StateHash = Pkce.Hash(state),
                    IntegrationId = row.Id,
                    Client = client.Fingerprint,
                    Verifier = verifier,
                    RedirectUri = request.RedirectUri,
                    BrowserHash = secret is null ? null : Pkce.Hash(secret),
                    ReturnTo = request.ReturnTo,
                    Force = request.Force,
                    CallerKeyId = caller.KeyId,
                    CallerUserId = caller.UserId,
                    CallerSessionId = caller.SessionId,
                    ExpiresAt = expires,
                }, cancellationToken);
            return new Started(Address(client, request.RedirectUri, state, verifier), state, secret, expires);
        }

        // What the type adds must not change what the flow stands on.
        private static string Address(OAuthClient client, string redirectUri, string state, string verifier)
        {
            var query = client.Parameters.ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);
            var own = new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["client_id"] = client.ClientId,
                ["redirect_uri"] = redirectUri,
                ["state"] = state,
                ["code_challenge"] = Pkce.Challenge(verifier),
                ["code_challenge_method"] = "S256",
            };
            if (client.Scope is { } scope)
                own["scope"] = scope;
            foreach (var (name, value) in own)
                query[name] = value;
            return QueryHelpers.AddQueryString(client.AuthorizeUrl.AbsoluteUri, query);
        }
    }
}
