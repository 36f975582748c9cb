using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Scopes;

/// <summary>Hangs a new scope into the tree, where its kind may hang; without a parent under the caller's own scope. Its slug is unique there.</summary>
internal static class CreateScope
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Request request, IMediator mediator, CancellationToken ct) =>
        {
            var scope = await mediator.Send(request, ct);
            return TypedResults.Created($"/api/v1/scopes/{scope.Id}", scope);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Create a scope");

    /// <param name="Kind">tenant (platform admins), project (managers), team or ruleset (admins).</param>
    /// <param name="Name">1-200 characters.</param>
    /// <param name="Slug">Made from the name when absent.</param>
    /// <param name="ParentId">The caller's own scope when absent.</param>
    public sealed record Request(ScopeKind? Kind, string Name, string? Slug = null, long? ParentId = null) : IRequest<ScopeAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Kind).NotNull().WithMessage("must be tenant, team, project or ruleset")
                .NotEqual(ScopeKind.Platform).WithMessage("there is one platform and it is there already");
            RuleFor(r => r.Name).IsName();
            RuleFor(r => r.Slug).IsSlug();
        }
    }

    private sealed class Handler(Db db, Caller caller, Audit audit) : IRequestHandler<Request, ScopeAnswer>
    {
        public async Task<ScopeAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var kind = request.Kind!.Value;
            ScopeRights.Require(ScopeRights.MayCreateOrDelete(caller, kind), caller, "create", kind);
            var parentId = request.ParentId ?? caller.ScopeId;
            var slug = request.Slug ?? Slug.From(request.Name);

            await using var tx = await db.Begin(cancellationToken);
            var ancestors = await db.List<ScopeAnswer>(LockAncestors, new { parentId, scope = caller.ScopeId }, cancellationToken);
            var parent = ancestors.FirstOrDefault(scope => scope.Id == parentId) ?? throw NotFoundException.Of("scope", parentId);
            if (ScopePlacement.Refusal(kind, parent.Kind) is { } refusal)
                throw new InvalidException("parent_id", refusal);

            var created = await db.First<ScopeAnswer>(
                Insert, new { kind = kind.Word(), request.Name, slug, parentId, parentPath = parent.Path }, cancellationToken)
                ?? throw ScopeAnswer.Taken(request.Slug is null ? "name" : "slug", slug ?? "scope-...");
            await audit.Record("scope.created", "scope", created.Id, created.Path, ScopeAnswer.Diff(null, created), cancellationToken);
            await tx.Commit(cancellationToken);
            return created;
        }
    }

    // All the way up: a scope higher up cannot be deleted with everything below it while something new arrives there unseen.
    private const string LockAncestors = """
        select a.id, a.kind, a.name, a.slug, a.parent_id, a.path, a.created_at, a.updated_at, a.version
        from integrations.scopes p
        join integrations.scopes a on a.id = any(p.path)
        where p.id = @parentId and p.path @> array[@scope]::bigint[]
        order by a.id
        for key share of a
        """;

    private const string Insert = """
        with fresh as (select nextval(pg_get_serial_sequence('integrations.scopes', 'id')) as id)
        insert into integrations.scopes (id, kind, name, slug, parent_id, path)
        overriding system value
        select id, @kind, @name, coalesce(@slug::text, 'scope-' || id), @parentId, @parentPath || id from fresh
        on conflict (parent_id, slug) do nothing
        returning id, kind, name, slug, parent_id, path, created_at, updated_at, version
        """;
}
