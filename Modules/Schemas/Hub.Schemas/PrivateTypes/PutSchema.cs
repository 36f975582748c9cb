using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Schemas.Browse;
using Hub.Schemas.Contracts;
using Hub.Schemas.Documents;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.PrivateTypes;

/// <summary>
/// Creates or replaces a private type from a schema document. Each change is the next version; the same document again changes nothing. Ids and
/// aliases of other types, built in or private, are never taken over.
/// </summary>
internal static class PutSchema
{
    private const int MaxBytes = 256 * 1024;

    public static void Map(RouteGroupBuilder group) => group.MapPut("/{id}", Handle).WithMetadata(new RequestSizeLimitAttribute(MaxBytes))
        .WithName("PutIntegrationSchema").WithSummary("Create or replace a private integration type");

    private static async Task<Results<Created<IntegrationSchema>, Ok<IntegrationSchema>>> Handle(
        string id, JsonElement document, IfMatch ifMatch, IMediator mediator, HttpResponse response, CancellationToken ct)
    {
        var (schema, created) = await mediator.Send(new Request(id, document, ifMatch), ct);
        response.Headers.ETag = CatalogueEntry.Of(schema).ETag;
        return created ? TypedResults.Created($"/api/v1/integrations/schemas/{id}", schema) : TypedResults.Ok(schema);
    }

    public sealed record Request(string Id, JsonElement Document, IfMatch IfMatch) : IRequest<Written>;

    public sealed record Written(IntegrationSchema Schema, bool Created);

    private sealed class Handler(Db db, Audit audit, Catalogue catalogue) : IRequestHandler<Request, Written>
    {
        public async Task<Written> Handle(Request request, CancellationToken cancellationToken)
        {
            var document = Checked(request);
            await using var tx = await db.Begin(cancellationToken);
            // Types change rarely and must not collide in ids, aliases or platforms: one writer at a time.
            await db.Execute("lock table schemas.types in share row exclusive mode", null, cancellationToken);
            var types = await db.List<PrivateType>(PrivateType.ReadAll, null, cancellationToken);
            var before = types.FirstOrDefault(type => type.Id == request.Id);
            request.IfMatch.Require(before?.Version ?? 0);
            var others = types.Where(type => type != before).Select(type => type.ToSchema());
            Collisions.Refuse(SchemaDocument.Read(document), [.. BuiltInTypes.Snapshot.Schemas, .. others]);
            if (before is not null && JsonElement.DeepEquals(before.Document, document))
                return new Written(before.ToSchema(), Created: false);

            var after = await db.One<PrivateType>(Upsert, new { id = request.Id, document }, cancellationToken);
            await audit.Record(
                before is null ? "schema.created" : "schema.updated", "schema", request.Id, [Caller.PlatformScope],
                AuditDiff.Between(before is null ? null : JsonObject.Create(before.Document), JsonObject.Create(document)), cancellationToken);
            await tx.Commit(cancellationToken);
            await catalogue.Reload();
            return new Written(after.ToSchema(), before is null);
        }

        private static JsonElement Checked(Request request)
        {
            if (request.Document.ValueKind is not JsonValueKind.Object)
                throw new InvalidException("$", "must be a schema document");
            if (request.Document.TryGetProperty("id", out var given) && !(given.ValueKind is JsonValueKind.String && given.GetString() == request.Id))
                throw new InvalidException("id", "must be the id in the path");
            var document = PrivateType.Stored(request.Id, request.Document);
            var errors = SchemaRules.Check(document);
            if (errors.Count > 0)
                throw new InvalidException(errors, "invalid_schema");
            return document;
        }
    }

    private const string Upsert = """
        insert into schemas.types as t (id, version, document) values (@id, 1, @document)
        on conflict (id) do update set version = t.version + 1, document = excluded.document, updated_at = now()
        returning id, version, document, created_at, updated_at
        """;
}
