using System.Text.Json.Nodes;
using Hub.Integrations.Calls;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.OAuth;

/// <summary>Forgets what was granted, and gives it back where the type says how. Whoever granted it can also take it back at the provider.</summary>
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

    private sealed class Handler(Db db, Caller caller, IntegrationStore integrations, OAuthMethods methods, GrantStore grants, Audit audit)
        : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await integrations.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            if (await Forget(row, cancellationToken) is { } grant)
                await GiveBack(row, grant, cancellationToken);
            return Unit.Value;
        }

        private async Task<Grant?> Forget(IntegrationRow row, CancellationToken ct)
        {
            await using var tx = await db.Begin(ct);
            await integrations.Lock(row.Id, caller.ScopeId, ct);
            var grant = await grants.Find(row.Id, ct);
            if (grant is null)
                return null;
            await grants.Delete(row.Id, ct);
            var change = new JsonObject { ["account"] = new JsonObject { ["from"] = grant.Account?.ToString(), ["to"] = null } };
            await audit.Record(
                "integration.authorization_removed", "integration", row.Id, row.ScopePath, change.WithSecrets(["access_token", "refresh_token"]), ct);
            await tx.Commit(ct);
            return grant;
        }

        private async Task GiveBack(IntegrationRow row, Grant grant, CancellationToken ct)
        {
            try
            {
                if (await methods.Of(row, ct) is { } method && method.Client.Fingerprint == grant.Client
                    && (grants.RefreshToken(grant) ?? grants.Open(grant)?.Value) is { } token)
                    await TokenEndpoint.Revoke(method, token, ct);
            }
            catch (CallFailed)
            {
                // Without a client nothing can be given back.
            }
        }
    }
}
