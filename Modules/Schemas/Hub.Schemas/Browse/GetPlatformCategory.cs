using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

/// <summary>The functional category of a platform; a type's id or alias is understood too.</summary>
internal static class GetPlatformCategory
{
    /// <param name="PlatformName">The platform.</param>
    /// <param name="IntegrationCategory">What all types of that platform are for.</param>
    public sealed record Response(string PlatformName, string IntegrationCategory);

    public static void Map(RouteGroupBuilder group) => group.MapRead("/platforms/{platform}/category", Handle)
        .WithName("GetPlatformCategory").WithSummary("Read the functional category of a platform");

    private static async Task<Ok<Response>> Handle(string platform, Catalogue catalogue, HttpResponse response)
    {
        var view = await catalogue.Get();
        CatalogueAnswer.Mark(response, view.Away);
        var schema = view.Types.Schemas.FirstOrDefault(s => s.PlatformName == platform) ?? view.Types.Find(platform)?.Schema
            ?? throw new NotFoundException($"There is no platform {platform}.");
        return TypedResults.Ok(new Response(schema.PlatformName, schema.IntegrationCategory));
    }
}
