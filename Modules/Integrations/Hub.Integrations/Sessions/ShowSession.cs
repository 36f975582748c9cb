using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sessions;

/// <summary>The browser's own session, and the token that its changing requests must carry.</summary>
internal static class ShowSession
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/session", async (HttpContext context, IAntiforgery antiforgery, IMediator mediator, CancellationToken ct) =>
        {
            var row = await mediator.Send(new Request(), ct);
            var tokens = antiforgery.GetAndStoreTokens(context);
            return TypedResults.Ok(new Answer(
                row.Id, row.Method, row.Name, row.Role, row.ScopeId, row.CreatedAt, row.ExpiresAt, row.EndsAt, tokens.RequestToken!, tokens.HeaderName!));
        })
        .RequireRole(Role.Viewer)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("The session and its anti-forgery token");

    public sealed record Request : IRequest<Row>;

    /// <param name="Id">The session's id.</param>
    /// <param name="Method">How they signed in: key, oidc, oauth2 or saml.</param>
    /// <param name="Name">Who signed in.</param>
    /// <param name="Role">What they may do.</param>
    /// <param name="ScopeId">Where.</param>
    /// <param name="CreatedAt">When they signed in.</param>
    /// <param name="ExpiresAt">When it ends unless it is used.</param>
    /// <param name="EndsAt">When it ends in any case.</param>
    /// <param name="CsrfToken">To be sent with every request that is not GET, HEAD or OPTIONS.</param>
    /// <param name="CsrfHeader">In this header.</param>
    public sealed record Answer(
        long Id, string Method, string Name, Role Role, long ScopeId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset EndsAt,
        string CsrfToken, string CsrfHeader);

    public sealed record Row(
        long Id, string Method, string Name, Role Role, long ScopeId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset EndsAt);

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Row>
    {
        public async Task<Row> Handle(Request request, CancellationToken cancellationToken) =>
            await db.First<Row>(Select, new { caller.SessionId, caller.Name }, cancellationToken)
            ?? throw new NotFoundException("This request was made with an API key: there is no session. GET /me tells about the key.");
    }

    private const string Select = """
        select id, method, @name::text as name, role, scope_id, created_at, expires_at, ends_at
        from integrations.sessions
        where id = @sessionId
        """;
}
