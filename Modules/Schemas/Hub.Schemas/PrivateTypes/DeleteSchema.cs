using Hub.Integrations.Contracts;
using Hub.Schemas.Browse;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.PrivateTypes;

/// <summary>Deletes a private type that no integration uses.</summary>
internal static class DeleteSchema
{
    public static void Map(RouteGroupBuilder group) => group.MapDelete("/{id}", Handle)
        .WithName("DeleteIntegrationSchema").WithSummary("Delete a private integration type");

    private static async Task<NoContent> Handle(string id, IfMatch ifMatch, IMediator mediator, CancellationToken ct)
    {
        await mediator.Send(new Request(id, ifMatch), ct);
        return TypedResults.NoContent();
    }

    public sealed record Request(string Id, IfMatch IfMatch) : IRequest;

    private sealed class Handler(Db db, Audit audit, Catalogue catalogue, IMediator mediator) : AsyncRequestHandler<Request>
    {
        protected override async Task Handle(Request request, CancellationToken cancellationToken)
        {
            if (BuiltInTypes.Snapshot.Find(request.Id) is not null)
                throw new ConflictException("builtin_schema", $"{request.Id} is built in and cannot be deleted.");
            await using var tx = await db.Begin(cancellationToken);
            var before = await db.First<PrivateType>(Delete, new { id = request.Id }, cancellationToken) ?? throw GetSchema.Unknown(request.Id);
            request.IfMatch.Require(before.Version);
            var used = await mediator.Send(new CountIntegrations(request.Id), cancellationToken);
            if (used > 0)
                throw new ConflictException("schema_in_use", $"{used} integration(s) of this type exist. Delete them first.")
                {
                    Extensions = new Dictionary<string, object?> { ["count"] = used },
                };
            await audit.Record(
                "schema.deleted", "schema", request.Id, [Caller.PlatformScope], AuditDiff.Between(before.Members, null), cancellationToken);
            await tx.Commit(cancellationToken);
            await catalogue.Reload();
        }
    }

    private const string Delete = "delete from schemas.types where id = @id returning id, version, document, created_at, updated_at";
}
