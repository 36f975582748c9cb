using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
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

    /// <param name="Kind">tenant (platform admins), project or ruleset (managers), team (admins).</param>
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

    private sealed class Handler(Db db, Caller caller, ScopeChanges scopes, Audit audit) : IRequestHandler<Request, ScopeAnswer>
    {
        public async Task<ScopeAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var kind = request.Kind!.Value;
            ScopeRights.Require(ScopeRights.MayCreateOrDelete(caller, kind), caller, "create", kind);
            var slug = request.Slug ?? Slug.From(request.Name);

            await using var tx = await db.Begin(cancellationToken);
            var parent = await scopes.Parent(kind, request.ParentId ?? caller.ScopeId, caller.ScopeId, "parent_id", cancellationToken);
            var created = await scopes.Insert(kind, request.Name, slug, parent, cancellationToken)
                ?? throw ScopeAnswer.Taken(request.Slug is null ? "name" : "slug", slug ?? "scope-...");
            await audit.Record("scope.created", "scope", created.Id, created.Path, ScopeAnswer.Diff(null, created), cancellationToken);
            await tx.Commit(cancellationToken);
            return created;
        }
    }
}
