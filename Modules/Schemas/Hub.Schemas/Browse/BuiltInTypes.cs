using Hub.Schemas.Documents;

namespace Hub.Schemas.Browse;

/// <summary>The types that come with the hub: the documents embedded in this assembly.</summary>
internal static class BuiltInTypes
{
    public const string Source = "builtin";
    private const string ResourcePrefix = "catalogue/";

    // What the documents say changes with a release only; the date moves when one of them does.
    private static readonly DateTimeOffset ReleasedAt = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<CatalogueSnapshot> Loaded = new(() => new CatalogueSnapshot(
        ResourceNames().Select(name => Read(name)).Select(d => d.ToSchema(Source, d.Version ?? 1, ReleasedAt, ReleasedAt))));

    public static CatalogueSnapshot Snapshot => Loaded.Value;

    public static IEnumerable<string> ResourceNames() =>
        typeof(BuiltInTypes).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal));

    public static Stream Open(string resourceName) => typeof(BuiltInTypes).Assembly.GetManifestResourceStream(resourceName)!;

    private static SchemaDocument Read(string resourceName)
    {
        using var stream = Open(resourceName);
        return SchemaDocument.Read(stream);
    }
}
