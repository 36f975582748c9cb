using System.Text.Json;
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
/// Creates or replaces a private type from a schema document. Each change is the next version; a document that means the same changes nothing. Ids and
/// aliases of other types, built in or private, are never taken over.
/// </summary>
internal static class PutSchema
{
    public static void Map(RouteGroupBuilder group) => group.MapPut("/{id}", Handle).WithMetadata(new RequestSizeLimitAttribute(SchemaRules.MaxBytes))
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

    private sealed class Handler(Db db, Audit audit, Catalogue catalogue, IMediator mediator) : IRequestHandler<Request, Written>
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
            if (before?.ToSchema() is { Problem: null } known && MeansTheSame(before with { Document = document }, known))
                return new Written(known, Created: false);

            var after = await db.One<PrivateType>(Upsert, new { id = request.Id, document }, cancellationToken);
            var schema = after.ToSchema();
            await audit.Record(
                before is null ? "schema.created" : "schema.updated", "schema", request.Id, [Caller.PlatformScope],
                AuditDiff.Between(before?.Members, after.Members), cancellationToken);
            await mediator.Publish(new SchemaChanged(schema.Id, schema.Version, schema), cancellationToken);
            await tx.Commit(cancellationToken);
            await catalogue.Reload();
            return new Written(schema, before is null);
        }

        // Defaults spelled out, or members in another order, are no change.
        private static bool MeansTheSame(PrivateType sent, IntegrationSchema known) =>
            JsonElement.DeepEquals(
                JsonSerializer.SerializeToElement(sent.ToSchema(), HubJson.Options), JsonSerializer.SerializeToElement(known, HubJson.Options));

        private static JsonElement Checked(Request request)
        {
            if (request.Document.ValueKind is not JsonValueKind.Object)
                throw new InvalidException("$", "must be a schema document");
            var findings = new Findings();
            if (!Legibility.Check(request.Document, findings))
                throw new InvalidException(findings.All, "invalid_schema");
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
