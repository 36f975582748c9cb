using System.Globalization;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

/// <summary>All integration types that fit the filters, by display order, in one page below 200.</summary>
internal static class ListSchemas
{
    /// <param name="Items">The types of this page.</param>
    /// <param name="Total">How many fit the filters on all pages.</param>
    /// <param name="NextCursor">Null on the last page.</param>
    public sealed record Response(IReadOnlyList<IntegrationSchema> Items, int Total, string? NextCursor);

    public static void Map(RouteGroupBuilder group) => group.MapRead("", Handle)
        .WithName("ListIntegrationSchemas").WithSummary("List integration types").Produces<Response>();

    private static async Task<IResult> Handle(
        Catalogue catalogue, string? category, string? integration_category, string? platform, string? capability, bool? featured, string? q,
        int? limit, string? cursor)
    {
        var view = await catalogue.Get();
        if (category is null && integration_category is null && platform is null && capability is null && featured is null && q is null
            && limit is null && cursor is null && view.Types.Entries.Length <= PageRequest.MaxLimit)
            return view.Types.All.Say(view.Away);

        var page = PageRequest.Read(limit ?? PageRequest.MaxLimit, cursor, category, integration_category, platform, capability, featured, q);
        var words = (q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var fitting = view.Types.Entries.Where(entry => Fits(entry.Schema)).ToArray();
        var rest = page.After is { } after ? fitting.SkipWhile(entry => string.CompareOrdinal(KeyOf(entry), after) <= 0) : fitting;
        var cut = page.Page<CatalogueEntry>([.. rest.Take(page.Fetch)], KeyOf);
        return CatalogueAnswer.List(cut.Items, fitting.Length, cut.NextCursor).Say(view.Away);

        bool Fits(IntegrationSchema schema) =>
            Is(category, schema.Category) && Is(integration_category, schema.IntegrationCategory) && Is(platform, schema.PlatformName)
            && (capability is null || schema.Capabilities.Contains(capability)) && (featured is null || schema.Featured == featured)
            && words.All(word => Mentions(schema, word));
    }

    private static bool Is(string? wanted, string value) => wanted is null || wanted.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool Mentions(IntegrationSchema schema, string word) =>
        new[] { schema.Id, schema.Name, schema.Category, schema.PlatformName, schema.Description }.Concat(schema.Aliases)
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string KeyOf(CatalogueEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Schema.DisplayOrder:D10}.{entry.Schema.Id}");
}
