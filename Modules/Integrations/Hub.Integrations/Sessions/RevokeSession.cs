using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sessions;

/// <summary>Signs somebody out, at once and everywhere.</summary>
internal static class RevokeSession
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/sessions/{id:long}", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Admin)
        .WithSummary("End a session");

    public sealed record Request(long Id) : IRequest;

    private sealed class Handler(Db db, Caller caller, Audit audit, TimeProvider time) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var ended = await db.First<StoredSession>(Revoke, new { request.Id, scope = caller.ScopeId, now = time.GetUtcNow() }, cancellationToken)
                ?? throw NotFoundException.Of("session", request.Id);
            await ended.AuditEnd(audit, cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }

    private const string Revoke = $"""
        update integrations.sessions s set revoked_at = @now
        where s.id = @id and s.scope_path @> array[@scope]::bigint[] and s.revoked_at is null and s.expires_at > @now and s.ends_at > @now
        returning {AnswerEndSession.Returned}
        """;
}
