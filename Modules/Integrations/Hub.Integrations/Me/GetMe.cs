using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Me;

/// <summary>Tells the caller who it is: its key, role and scope.</summary>
internal static class GetMe
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("The caller's key, role and scope");

    public sealed record Request : IRequest<Answer>;

    public sealed record Answer(KeyPart Key, Role Role, ScopePart Scope);

    public sealed record KeyPart(long Id, string Name, string Prefix, DateTimeOffset? ExpiresAt);

    public sealed record ScopePart(long Id, string Kind, string Name, IReadOnlyList<long> Path);

    private sealed record Row(string KeyName, string Prefix, DateTimeOffset? ExpiresAt, string Kind, string ScopeName);

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            // Gone when the key was revoked between the check at the door and here.
            var row = await db.First<Row>(Select, new { caller.KeyId }, cancellationToken) ?? throw NotFoundException.Of("key", caller.KeyId);
            return new Answer(
                new KeyPart(caller.KeyId, row.KeyName, row.Prefix, row.ExpiresAt), caller.Role,
                new ScopePart(caller.ScopeId, row.Kind, row.ScopeName, caller.ScopePath));
        }
    }

    private const string Select = """
        select k.name as key_name, k.prefix, k.expires_at, s.kind, s.name as scope_name
        from integrations.keys k
        join integrations.scopes s on s.id = k.scope_id
        where k.id = @keyId
        """;
}
