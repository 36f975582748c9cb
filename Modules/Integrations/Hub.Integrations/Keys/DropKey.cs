using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Keys;

/// <summary>Revokes a key at once and for good; never the last one that can administer the platform. Also the command line's way to revoke one.</summary>
internal static class DropKey
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}", async (long id, Caller caller, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new RevokeKey(id, caller.ScopeId), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Admin)
        .WithSummary("Revoke an API key");

    private sealed class Handler(Db db, Audit audit, TimeProvider time) : IRequestHandler<RevokeKey>
    {
        public async Task<Unit> Handle(RevokeKey request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            await using var tx = await db.Begin(cancellationToken);
            var usableAdmins = await db.List<long>(PlatformAdmins.LockUsable, new { now }, cancellationToken);
            var key = await db.First<StoredKey>(Revoke, new { request.Id, scope = request.CallerScopeId, now }, cancellationToken)
                ?? throw NotFoundException.Of("key", request.Id);
            if (usableAdmins.Count == 1 && usableAdmins[0] == key.Id)
                throw new ConflictException("last_admin_key", "This is the last usable admin key of the platform. Create another one first.");
            await key.AuditRevocation(audit, cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }

    private const string Revoke = """
        update integrations.keys set revoked_at = @now
        where id = @id and scope_path @> array[@scope]::bigint[] and revoked_at is null
        returning id, name, prefix, role, scope_id, scope_path, expires_at, created_at
        """;
}
