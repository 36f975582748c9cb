using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Me;

/// <summary>Tells the caller who it is: its key or user, role and scope.</summary>
internal static class GetMe
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("The caller's key or user, role and scope");

    public sealed record Request : IRequest<Answer>;

    /// <param name="Key">The key, also that of a session which was opened with one; null for a user of an identity provider.</param>
    /// <param name="User">That user; null for a key.</param>
    /// <param name="Role">What the caller may do.</param>
    /// <param name="Scope">Where.</param>
    public sealed record Answer(KeyPart? Key, UserPart? User, Role Role, ScopePart Scope);

    public sealed record KeyPart(long Id, string Name, string Prefix, DateTimeOffset? ExpiresAt);

    public sealed record UserPart(long Id, string? Email, string? Name);

    public sealed record ScopePart(long Id, string Kind, string Name, IReadOnlyList<long> Path);

    private sealed record Row(string? KeyName, string? Prefix, DateTimeOffset? ExpiresAt, string? Email, string? UserName, string Kind, string ScopeName);

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            // Gone when the key was revoked or the scope deleted between the check at the door and here.
            var row = await db.First<Row>(Select, new { caller.KeyId, caller.UserId, caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("scope", caller.ScopeId);
            return new Answer(
                caller.KeyId is { } keyId ? new KeyPart(keyId, row.KeyName!, row.Prefix!, row.ExpiresAt) : null,
                caller.UserId is { } userId ? new UserPart(userId, row.Email, row.UserName) : null,
                caller.Role, new ScopePart(caller.ScopeId, row.Kind, row.ScopeName, caller.ScopePath));
        }
    }

    private const string Select = """
        select k.name as key_name, k.prefix, k.expires_at, u.email, u.name as user_name, s.kind, s.name as scope_name
        from integrations.scopes s
        left join integrations.keys k on k.id = @keyId
        left join integrations.users u on u.id = @userId
        where s.id = @scopeId
        """;
}
