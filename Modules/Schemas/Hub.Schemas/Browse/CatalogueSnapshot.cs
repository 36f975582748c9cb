using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Http;

namespace Hub.Schemas.Browse;

/// <summary>One type, with its answer already written.</summary>
internal sealed record CatalogueEntry(IntegrationSchema Schema, byte[] Json, string ETag)
{
    public static CatalogueEntry Of(IntegrationSchema schema)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(schema, HubJson.Options);
        // A private type's ETag is its version, so that If-Match can name it; a built-in one can change with a release of the hub only.
        return new CatalogueEntry(schema, json, schema.Source == BuiltInTypes.Source ? Hash(json) : $"\"{schema.Version}\"");
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"";
}

/// <summary>The catalogue at one moment: never changes, shared by all readers.</summary>
internal sealed class CatalogueSnapshot
{
    private readonly FrozenDictionary<string, CatalogueEntry> byName;
    private readonly Lazy<CatalogueAnswer> all;

    public CatalogueSnapshot(IEnumerable<IntegrationSchema> schemas)
    {
        Entries = [.. schemas.OrderBy(s => s.DisplayOrder).ThenBy(s => s.Id, StringComparer.Ordinal).Select(CatalogueEntry.Of)];
        Schemas = [.. Entries.Select(entry => entry.Schema)];
        var names = new Dictionary<string, CatalogueEntry>(StringComparer.Ordinal);
        foreach (var entry in Entries)
            names[entry.Schema.Id] = entry;
        foreach (var entry in Entries)
            foreach (var alias in entry.Schema.Aliases)
                names.TryAdd(alias, entry);
        byName = names.ToFrozenDictionary(StringComparer.Ordinal);
        all = new Lazy<CatalogueAnswer>(() => CatalogueAnswer.List(Entries, Entries.Length, null));
    }

    /// <summary>By display order, then id.</summary>
    public CatalogueEntry[] Entries { get; }

    public IReadOnlyList<IntegrationSchema> Schemas { get; }

    /// <summary>The whole list, written once.</summary>
    public CatalogueAnswer All => all.Value;

    public CatalogueEntry? Find(string idOrAlias) => byName.GetValueOrDefault(idOrAlias);
}
