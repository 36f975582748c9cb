using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sessions;

/// <summary>Who is signed in at and below the caller's scope.</summary>
internal static class ListSessions
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/sessions", async (int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(PageRequest.Read(limit, cursor, "sessions")), ct)))
        .RequireRole(Role.Admin)
        .WithSummary("List sessions");

    public sealed record Request(PageRequest Page) : IRequest<Page<Answer>>;

    /// <param name="Id">The session's id.</param>
    /// <param name="Name">Who signed in: a user's e-mail address or a key's name.</param>
    /// <param name="Method">How: key, oidc, oauth2 or saml.</param>
    /// <param name="KeyId">The key, if it was one.</param>
    /// <param name="UserId">The user, if it was one.</param>
    /// <param name="IntegrationId">The integration that let the user in.</param>
    /// <param name="Role">What they may do.</param>
    /// <param name="ScopeId">Where.</param>
    /// <param name="CreatedAt">When they signed in.</param>
    /// <param name="LastUsedAt">When it was last used, to the minute.</param>
    /// <param name="ExpiresAt">When it ends unless it is used.</param>
    /// <param name="EndsAt">When it ends in any case.</param>
    public sealed record Answer(
        long Id, string Name, string Method, long? KeyId, long? UserId, long? IntegrationId, Role Role, long ScopeId, DateTimeOffset CreatedAt,
        DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, DateTimeOffset EndsAt);

    private sealed class Handler(Db db, Caller caller, TimeProvider time) : IRequestHandler<Request, Page<Answer>>
    {
        public async Task<Page<Answer>> Handle(Request request, CancellationToken cancellationToken) => request.Page.Page(
            await db.List<Answer>(Select, new
            {
                scope = caller.ScopeId,
                now = time.GetUtcNow(),
                afterId = request.Page.AfterId ?? 0,
                fetch = request.Page.Fetch,
            }, cancellationToken), session => session.Id);
    }

    private const string Select = """
        select s.id, coalesce(k.name, u.email, u.name, u.subject) as name, s.method, s.key_id, s.user_id, s.integration_id, s.role, s.scope_id,
               s.created_at, s.last_used_at, s.expires_at, s.ends_at
        from integrations.sessions s
        left join integrations.keys k on k.id = s.key_id
        left join integrations.users u on u.id = s.user_id
        where s.scope_path @> array[@scope]::bigint[] and s.revoked_at is null and s.expires_at > @now and s.ends_at > @now
          and k.revoked_at is null and (k.expires_at is null or k.expires_at > @now) and s.id > @afterId
        order by s.id
        limit @fetch
        """;
}
