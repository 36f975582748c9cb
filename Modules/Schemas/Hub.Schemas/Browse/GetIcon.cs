using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

/// <summary>The icon of a type, for <c>icon_url</c>.</summary>
internal static class GetIcon
{
    public static void Map(IEndpointRouteBuilder app) => app.MapRead("/icons/{id}.svg", Handle).WithTags("Catalogue")
        .WithName("GetIntegrationSchemaIcon").WithSummary("Read the icon of an integration type");

    private static async Task<FileContentHttpResult> Handle(string id, Catalogue catalogue, HttpResponse response)
    {
        var entry = (await catalogue.Get()).Types.Find(id) ?? throw GetSchema.Unknown(id);
        response.Headers.CacheControl = "public, max-age=86400";
        return TypedResults.Bytes(Encoding.UTF8.GetBytes(Monogram.Svg(entry.Schema)), "image/svg+xml");
    }
}
