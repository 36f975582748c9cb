using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

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

    private sealed class Handler(Db db, Caller caller, ScopeChanges scopes, Audit audit) : IRequestHandler<Request, ScopeAnswer>
    {
        public async Task<ScopeAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var before = await scopes.Lock(request.Id, request.Kind, caller.ScopeId, cancellationToken);
            ScopeRights.Require(ScopeRights.MayChange(caller, before.Kind), caller, "change", before.Kind);
            request.IfMatch.Require(before.Version);
            var wanted = before with { Name = request.Name ?? before.Name, Slug = request.Slug ?? before.Slug };
            if (wanted == before)
                return before;

            var after = await scopes.Update(wanted.Id, wanted.Name, wanted.Slug, cancellationToken);
            await audit.Record("scope.updated", "scope", after.Id, after.Path, ScopeAnswer.Diff(before, after), cancellationToken);
            await tx.Commit(cancellationToken);
            return after;
        }
    }
}
