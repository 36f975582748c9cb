using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.OAuth;

/// <summary>
/// Where providers send people back to. A state is taken out before anything else is looked at, so that it serves once whatever comes of it. Nobody need
/// present a key: the state stands for whoever started, who must still be allowed to; but whoever does present one must be the same.
/// </summary>
internal static class FinishAuthorization
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet(Browsers.CallbackPath, Handle)
        .AllowAnonymous()
        .WithTags("Integrations")
        .Produces<AuthorizationAnswer>()
        .Produces(StatusCodes.Status303SeeOther)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Where a provider sends people back to after they granted access");

    private static async Task<IResult> Handle(HttpContext http, PublicAddress address, IMediator mediator, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var state = One("state");
        if (state is not null)
            Browsers.Release(http, state, address.IsHttps(http.Request));
        try
        {
            var presented = await Presenters.Of(http, mediator, ct);
            var (answer, returnTo) = await mediator.Send(
                new Request(
                    state, One("code"), One("iss"), One("error"), One("error_description"), presented, hash => Browsers.IsBound(http, state!, hash)), ct);
            if (!Browsers.IsOne(http.Request))
                return TypedResults.Ok(answer);
            return returnTo is null ? CallbackPage.Of(http, answer) : new SeeOther(returnTo);
        }
        catch (HubException problem) when (Browsers.IsOne(http.Request))
        {
            return CallbackPage.Of(http, problem);
        }

        // Sent twice is not sent: nobody knows which one is meant.
        string? One(string name) => http.Request.Query[name] is [{ Length: > 0 } value] ? value : null;
    }

    public sealed record Request(
        string? State, string? Code, string? Issuer, string? Error, string? ErrorDescription, Caller? Presented, Func<byte[], bool> IsSameBrowser)
        : IRequest<Finished>
    {
        public override string ToString() => "Finish an authorization";
    }

    public sealed record Finished(AuthorizationAnswer Answer, string? ReturnTo);

    private sealed class Handler(
        CallerAccessor accessor, IntegrationStore integrations, OAuthMethods methods, PendingAuthorizations authorizations, AcceptCode accept)
        : IRequestHandler<Request, Finished>
    {
        public async Task<Finished> Handle(Request request, CancellationToken cancellationToken)
        {
            if (request.State is null || await authorizations.Take(request.State, cancellationToken) is not { } pending)
                throw new InvalidException(
                    "state", "is not one that this hub is waiting for: it was used already, is older than ten minutes, or was made elsewhere. Start again.", "invalid_state");
            var caller = await Starter(pending, request, cancellationToken);
            accessor.Current = caller;
            var row = await integrations.Find(pending.IntegrationId, caller.ScopeId, cancellationToken)
                ?? throw NotFoundException.Of("integration", pending.IntegrationId);
            var method = await methods.Required(row, cancellationToken);
            if (method.Client.Fingerprint != pending.Client)
                throw new ConflictException("configuration_changed", "The integration's client or token address was changed in the meantime. Start again.");
            CheckIssuer(request.Issuer, method.Client);
            if (request.Error is { } error)
                throw new UpstreamException(
                    422, "authorization_refused", $"{method.Client.AuthorizeUrl.Host} did not grant access: {Words(error, request.ErrorDescription)}. Nothing was changed.");
            if (request.Code is not { } code)
                throw new InvalidException("code", "is missing: the provider sent neither a code nor an error");
            var grant = await accept.Run(row, method, pending, caller, code, cancellationToken);
            return new Finished(AuthorizationAnswer.Of(row.Id, grant), pending.ReturnTo);
        }

        private async Task<Caller> Starter(PendingAuthorization pending, Request request, CancellationToken ct)
        {
            // A key's authorization may be finished in anybody's browser: the session there says nothing about it.
            var presented = pending.CallerSessionId is null && request.Presented is { SessionId: not null } ? null : request.Presented;
            if ((presented is not null && !pending.IsOf(presented)) || (pending.BrowserHash is { } hash && !request.IsSameBrowser(hash)))
                throw new ForbiddenException("This authorization was started by somebody else, or in another browser. Start it yourself.", "other_caller");
            var caller = presented ?? (pending.CallerSessionId is null ? await authorizations.Key(pending, ct) : null);
            return caller is { Role: >= Role.Manager }
                ? caller
                : throw new ForbiddenException(
                    "Whoever started this authorization is not allowed to do it any more: the key was revoked, or the session is over.");
        }

        // RFC 9207. Documents name no issuer, but it lies on the host that asked the person; a code of another provider must not go to this one's
        // token endpoint.
        private static void CheckIssuer(string? issuer, OAuthClient client)
        {
            if (issuer is null || (Uri.TryCreate(issuer, UriKind.Absolute, out var url) && (IsAt(client.AuthorizeUrl, url) || IsAt(client.TokenUrl, url))))
                return;
            throw new InvalidException(
                "iss", $"names another issuer than {client.AuthorizeUrl.Host}, which was asked. Nothing was sent to it.", "issuer_mismatch");
        }

        private static bool IsAt(Uri expected, Uri issuer) =>
            Uri.Compare(expected, issuer, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

        private static string Words(string error, string? description) =>
            StorableText.OneLine(description is null ? error : $"{description.TrimEnd('.')} ({error})");
    }

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
