using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Hub.Integrations.Scopes;

/// <summary>Renames a scope. Ids and paths never change; a slug changes only when it is sent.</summary>
internal static class ChangeScope
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}", async (long id, Body body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, body.Name, body.Slug, ifMatch), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Change a scope's name or slug");

    /// <param name="Name">1-200 characters; absent leaves it.</param>
    /// <param name="Slug">a-z, 0-9 and hyphens; absent leaves it.</param>
    public sealed record Body(string? Name = null, string? Slug = null);

    public sealed record Request(long Id, string? Name, string? Slug, IfMatch IfMatch, ScopeKind? Kind = null) : IRequest<ScopeAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Name).IsName().When(r => r.Name is not null);
            RuleFor(r => r.Slug).IsSlug();
        }
    }

    private sealed class Handler(Db db, Caller caller, Audit audit) : IRequestHandler<Request, ScopeAnswer>
    {
        public async Task<ScopeAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var kind = request.Kind?.Word();
            var before = await db.First<ScopeAnswer>(Lock, new { request.Id, scope = caller.ScopeId, kind }, cancellationToken)
                ?? throw NotFoundException.Of(kind ?? "scope", request.Id);
            ScopeRights.Require(ScopeRights.MayChange(caller, before.Kind), caller, "change", before.Kind);
            request.IfMatch.Require(before.Version);
            var wanted = before with { Name = request.Name ?? before.Name, Slug = request.Slug ?? before.Slug };
            if (wanted == before)
                return before;

            var after = await Update(wanted, cancellationToken);
            await audit.Record("scope.updated", "scope", after.Id, after.Path, ScopeAnswer.Diff(before, after), cancellationToken);
            await tx.Commit(cancellationToken);
            return after;
        }

        private async Task<ScopeAnswer> Update(ScopeAnswer wanted, CancellationToken ct)
        {
            try
            {
                return await db.One<ScopeAnswer>(UpdateNames, new { wanted.Id, wanted.Name, wanted.Slug }, ct);
            }
            catch (PostgresException fault) when (fault is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "scopes_slug" })
            {
                throw ScopeAnswer.Taken("slug", wanted.Slug);
            }
        }
    }

    private const string Lock = """
        select id, kind, name, slug, parent_id, path, created_at, updated_at, version
        from integrations.scopes
        where id = @id and path @> array[@scope]::bigint[] and (@kind::text is null or kind = @kind)
        for no key update
        """;

    private const string UpdateNames = """
        update integrations.scopes set name = @name, slug = @slug, version = version + 1, updated_at = now()
        where id = @id
        returning id, kind, name, slug, parent_id, path, created_at, updated_at, version
        """;
}
