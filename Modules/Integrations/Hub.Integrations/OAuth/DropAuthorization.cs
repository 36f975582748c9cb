using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.OAuth;

/// <summary>Forgets what was granted. Whoever granted it can also take it back at the provider.</summary>
internal static class DropAuthorization
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}/oauth", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .WithSummary("Forget who authorised an integration");

    public sealed record Request(long Id) : IRequest;

    private sealed class Handler(Db db, Caller caller, IntegrationStore integrations, GrantStore grants, Audit audit) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var row = await integrations.Lock(request.Id, caller.ScopeId, cancellationToken);
            if (await grants.Find(row.Id, cancellationToken) is { } grant)
            {
                await grants.Delete(row.Id, cancellationToken);
                var change = new JsonObject { ["account"] = new JsonObject { ["from"] = grant.Account?.ToString(), ["to"] = null } };
                await audit.Record(
                    "integration.authorization_removed", "integration", row.Id, row.ScopePath, change.WithSecrets(["access_token", "refresh_token"]), cancellationToken);
            }

            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }
}
