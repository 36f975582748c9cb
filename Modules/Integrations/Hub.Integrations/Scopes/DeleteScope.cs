using Hub.Integrations.Contracts;
using Hub.Integrations.Keys;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Scopes;

/// <summary>Deletes a scope and revokes the keys that belong there. With anything below or inside only when the caller says so; never the platform.</summary>
internal static class DeleteScope
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}", async (long id, bool? cascade, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id, cascade ?? false, ifMatch), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Delete a scope, with everything below it if cascade=true");

    public sealed record Request(long Id, bool Cascade, IfMatch IfMatch, ScopeKind? Kind = null) : IRequest;

    private sealed class Handler(Db db, Caller caller, Audit audit, IMediator mediator, TimeProvider time) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var scope = await Find(request, cancellationToken);
            request.IfMatch.Require(scope.Version);
            var subtree = await db.List<ScopeAnswer>(LockSubtree, new { scope.Id }, cancellationToken);
            if (!request.Cascade)
                await RequireEmpty(scope, subtree.Count - 1, cancellationToken);

            await mediator.Publish(new ScopeDeleted(scope.Id, scope.Path), cancellationToken);
            foreach (var key in await db.List<StoredKey>(RevokeKeys, new { scope.Id, now = time.GetUtcNow() }, cancellationToken))
                await key.AuditRevocation(audit, cancellationToken);
            foreach (var gone in subtree)
                await audit.Record("scope.deleted", "scope", gone.Id, gone.Path, ScopeAnswer.Diff(gone, null), cancellationToken);
            await db.Execute(DeleteSubtree, new { scope.Id }, cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }

        private async Task RequireEmpty(ScopeAnswer scope, int scopesBelow, CancellationToken ct)
        {
            var integrations = await db.One<long>(CountIntegrations, new { scope.Id }, ct);
            if (scopesBelow > 0 || integrations > 0)
                throw new ConflictException(
                    "scope_not_empty", $"There are {scopesBelow} scopes below it and {integrations} integrations. Delete them first, or send ?cascade=true.");
        }

        private async Task<ScopeAnswer> Find(Request request, CancellationToken ct)
        {
            var kind = request.Kind?.Word();
            var scope = await db.First<ScopeAnswer>(LockOne, new { request.Id, scope = caller.ScopeId, kind }, ct)
                ?? throw NotFoundException.Of(kind ?? "scope", request.Id);
            ScopeRights.Require(ScopeRights.MayCreateOrDelete(caller, scope.Kind), caller, "delete", scope.Kind);
            return scope.Kind is ScopeKind.Platform
                ? throw new ConflictException("platform_is_permanent", "The platform is the root of the tree and cannot be deleted.")
                : scope;
        }
    }

    // Two steps: whoever adds something below holds a share of this row, so that once it is locked the subtree is complete.
    private const string LockOne = """
        select id, kind, name, slug, parent_id, path, created_at, updated_at, version
        from integrations.scopes
        where id = @id and path @> array[@scope]::bigint[] and (@kind::text is null or kind = @kind)
        for update
        """;

    private const string LockSubtree = """
        select id, kind, name, slug, parent_id, path, created_at, updated_at, version
        from integrations.scopes
        where path @> array[@id]::bigint[]
        order by id
        for update
        """;

    private const string CountIntegrations = "select count(*) from integrations.integrations where scope_path @> array[@id]::bigint[]";

    private const string RevokeKeys = """
        update integrations.keys set revoked_at = @now
        where scope_path @> array[@id]::bigint[] and revoked_at is null
        returning id, name, prefix, role, scope_id, scope_path, expires_at, created_at
        """;

    private const string DeleteSubtree = "delete from integrations.scopes where path @> array[@id]::bigint[]";
}
