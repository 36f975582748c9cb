using Hub.Schemas.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

/// <summary>The categories that have types, in the catalogue's order, with how many.</summary>
internal static class ListCategories
{
    public sealed record Response(IReadOnlyList<CategoryCount> Items);

    /// <param name="Category">As in the filter <c>category</c>.</param>
    /// <param name="Count">Types in it.</param>
    public sealed record CategoryCount(string Category, int Count);

    public static void Map(RouteGroupBuilder group) => group.MapRead("/categories/list", Handle)
        .WithName("ListIntegrationSchemaCategories").WithSummary("List catalogue categories");

    private static async Task<Ok<Response>> Handle(Catalogue catalogue, HttpResponse response)
    {
        var view = await catalogue.Get();
        CatalogueAnswer.Mark(response, view.Away);
        var counts = view.Types.Schemas.CountBy(schema => schema.Category).ToDictionary();
        return TypedResults.Ok(new Response(
            [.. Vocabulary.Categories.Where(counts.ContainsKey).Select(category => new CategoryCount(category, counts[category]))]));
    }
}
