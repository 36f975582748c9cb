using System.Text.Encodings.Web;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Hub.Host.Authentication;

/// <summary>The session of a browser, from its cookie; its row is read for every request. Endpoints that need nobody never touch the database here.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IMediator mediator, CallerAccessor accessor)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || SessionCookie.Token(Context) is not { } token)
            return AuthenticateResult.NoResult();
        var session = await mediator.Send(new AuthenticateSession(token), Context.RequestAborted);
        if (session is null || !Enum.TryParse<Role>(session.Role, ignoreCase: true, out var role))
            return AuthenticateResult.Fail("unknown, expired or revoked session");

        var caller = new Caller(session.KeyId, session.Name, role, session.ScopeId, session.ScopePath, session.UserId, session.SessionId);
        accessor.Current = caller;
        return AuthenticateResult.Success(CallerIdentity.Ticket(caller, SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        ProblemWriter.Write(Context, new UnauthenticatedException("session_ended", "The session is over. Sign in again at /login."));

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemWriter.Write(Context, new ForbiddenException(
            $"{accessor.Current?.Name} has the role {accessor.Current?.Role.ToString().ToLowerInvariant()}, which does not allow this."));
}
