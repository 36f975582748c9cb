using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

/// <summary>One integration type, by id or alias.</summary>
internal static class GetSchema
{
    public static void Map(RouteGroupBuilder group) => group.MapRead("/{id}", Handle)
        .WithName("GetIntegrationSchema").WithSummary("Read one integration type").Produces<IntegrationSchema>();

    private static async Task<IResult> Handle(string id, Catalogue catalogue)
    {
        var view = await catalogue.Get();
        var entry = view.Types.Find(id) ?? throw Unknown(id);
        return new CatalogueAnswer(entry.Json, entry.ETag).Say(view.Away);
    }

    public static NotFoundException Unknown(string id) => new($"There is no integration type {id}. GET /api/v1/integrations/schemas lists them.");
}
