using System.Text.Encodings.Web;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Hub.Host.Authentication;

/// <summary><c>Authorization: Bearer &lt;api key&gt;</c> (RFC 6750). Endpoints that need no key never touch the database here.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IMediator mediator, CallerAccessor accessor)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return AuthenticateResult.NoResult();
        var header = Request.Headers.Authorization.ToString();
        if (header is "")
            return AuthenticateResult.NoResult();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header.Length > 512)
            return AuthenticateResult.Fail("not a bearer token");

        var key = await mediator.Send(new AuthenticateKey(header[Prefix.Length..].Trim()), Context.RequestAborted);
        if (key is null || !Enum.TryParse<Role>(key.Role, ignoreCase: true, out var role))
            return AuthenticateResult.Fail("unknown, revoked or expired key");

        var caller = new Caller(key.KeyId, key.Name, role, key.ScopeId, key.ScopePath);
        accessor.Current = caller;
        return AuthenticateResult.Success(CallerIdentity.Ticket(caller, SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"hub\"";
        return ProblemWriter.Write(Context, Request.Headers.Authorization.Count == 0
            ? new UnauthenticatedException("missing_credentials", "Send an API key (Authorization: Bearer hub_...), or sign in at /login.")
            : new UnauthenticatedException("invalid_credentials", "The API key is unknown, revoked or expired."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemWriter.Write(Context, new ForbiddenException($"The key \"{accessor.Current?.Name}\" has the role {accessor.Current?.Role.ToString().ToLowerInvariant()}, which does not allow this."));
}
