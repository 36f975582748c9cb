using System.Buffers;
using System.Text.Json;
using Hub.Schemas.Browse;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Published;

/// <summary>The JSON Schema of schema documents, for editors and for those who generate documents (<c>"$schema"</c>).</summary>
internal static class GetDocumentSchema
{
    private static readonly Lazy<CatalogueAnswer> Written = new(() =>
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true }))
            DocumentShape.Whole().WriteTo(writer);
        return new CatalogueAnswer(json.WrittenSpan.ToArray(), CatalogueEntry.Hash(json.WrittenSpan));
    });

    public static void Map(IEndpointRouteBuilder app) => app.MapRead("/schemas/integration-schema.json", Handle)
        .WithTags("Catalogue").WithName("GetIntegrationSchemaDocumentSchema").WithSummary("Read the JSON Schema of integration schema documents")
        .Produces<JsonElement>(contentType: CatalogueAnswer.JsonSchemaType);

    private static IResult Handle() => Written.Value.Say(away: false, CatalogueAnswer.JsonSchemaType, "public, max-age=3600");
}
