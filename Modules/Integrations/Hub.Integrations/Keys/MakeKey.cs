using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Keys;

/// <summary>Makes a key whose text is answered this once; what is stored cannot be turned back into it. Also the command line's way to make one.</summary>
internal static class MakeKey
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Body body, Caller caller, IMediator mediator, CancellationToken ct) => TypedResults.Created(
            (string?)null,
            await mediator.Send(new CreateKey(body.Name, body.Role?.ToString().ToLowerInvariant() ?? "", body.ScopeId, body.ExpiresAt, caller.ScopeId), ct)))
        .RequireRole(Role.Admin)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Create an API key")
        .WithDescription("The key's text, hub_ and 43 characters of 0-9, A-Z, a-z, is in this answer and is never shown again.");

    /// <param name="Name">What people call it, 1-200 characters.</param>
    /// <param name="Role">What it may do.</param>
    /// <param name="ScopeId">The scope it belongs to: it sees that scope and what lies below.</param>
    /// <param name="ExpiresAt">When it stops to work; absent never.</param>
    public sealed record Body(string Name, Role? Role, long ScopeId, DateTimeOffset? ExpiresAt = null);

    private sealed class Rules : AbstractValidator<CreateKey>
    {
        public Rules(TimeProvider time)
        {
            RuleFor(r => r.Name).IsName();
            RuleFor(r => r.Role).Must(role => role is "viewer" or "manager" or "admin").WithMessage("must be viewer, manager or admin");
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("must be the id of a scope; the platform is 1");
            RuleFor(r => r.ExpiresAt).Must(at => at is null || at > time.GetUtcNow()).WithMessage("must lie in the future");
        }
    }

    private sealed class Handler(Db db, Audit audit, CallerAccessor caller) : IRequestHandler<CreateKey, CreatedKey>
    {
        public async Task<CreatedKey> Handle(CreateKey request, CancellationToken cancellationToken)
        {
            var text = KeyText.Generate();
            await using var tx = await db.Begin(cancellationToken);
            var path = await db.First<long[]>(LockScope, new { request.ScopeId, request.CallerScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("scope", request.ScopeId);
            var stored = await db.One<StoredKey>(Insert, new
            {
                hash = KeyText.Hash(text),
                prefix = KeyText.Prefix(text),
                request.Name,
                request.Role,
                request.ScopeId,
                path,
                createdBy = caller.Current?.KeyId,
                request.ExpiresAt,
            }, cancellationToken);
            await stored.AuditCreation(audit, cancellationToken);
            await tx.Commit(cancellationToken);
            return new CreatedKey(stored.Id, text, stored.Prefix, stored.Role, stored.ScopeId, stored.Name, stored.ExpiresAt, stored.CreatedAt);
        }
    }

    private const string LockScope = """
        select path from integrations.scopes
        where id = @scopeId and path @> array[@callerScopeId]::bigint[]
        for key share
        """;

    private const string Insert = """
        insert into integrations.keys (key_hash, prefix, name, role, scope_id, scope_path, origin, created_by, expires_at)
        values (@hash, @prefix, @name, @role, @scopeId, @path, 'created', @createdBy, @expiresAt)
        returning id, name, prefix, role, scope_id, scope_path, expires_at, created_at
        """;
}
