using System.Text.Json;
using Hub.Schemas.Contracts;
using Hub.Schemas.Documents;
using Hub.SharedKernel.Http;

namespace Hub.Schemas.PrivateTypes;

/// <summary>
/// The catalogue's entry for a stored type that the rules of this build refuse: marked, with the fields that can still be read, so that its integrations
/// are shown and its secrets stay known as such; without authentication, test and webhook, which nobody may run unjudged.
/// </summary>
internal static class UnusableType
{
    private const int LastInCatalogue = 10_000;
    private const int ShownMistakes = 3;

    public static IntegrationSchema Of(PrivateType row, IReadOnlyDictionary<string, string[]> mistakes) => new()
    {
        Id = row.Id,
        Name = Text(row, "name") ?? row.Id,
        Category = OneOf(row, "category", Vocabulary.Categories),
        PlatformName = Text(row, "platform_name") ?? row.Id,
        IntegrationCategory = OneOf(row, "integration_category", Vocabulary.IntegrationCategories),
        Description = Text(row, "description") ?? "",
        DocsUrl = null,
        IconUrl = $"/icons/{row.Id}.svg",
        DisplayOrder = LastInCatalogue,
        Featured = false,
        Aliases = mistakes.Keys.Any(path => path.StartsWith("aliases", StringComparison.Ordinal)) ? [] : Aliases(row),
        Version = row.Version,
        Source = PrivateType.Source,
        Capabilities = [],
        Fields = [.. ReadableFields(row, mistakes)],
        Auth = SchemaDocument.Null,
        Test = SchemaDocument.Null,
        Webhook = SchemaDocument.Null,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Problem = "This version of the hub cannot use the stored document; send it again with PUT, mended. "
            + string.Join("; ", mistakes.Take(ShownMistakes).Select(mistake => $"{mistake.Key}: {mistake.Value[0]}")),
    };

    private static IEnumerable<SchemaField> ReadableFields(PrivateType row, IReadOnlyDictionary<string, string[]> mistakes)
    {
        if (row.Document.ValueKind is not JsonValueKind.Object || !row.Document.TryGetProperty("fields", out var fields) || fields.ValueKind is not JsonValueKind.Array)
            yield break;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < fields.GetArrayLength(); index++)
            if (!mistakes.Keys.Any(path => path == $"fields[{index}]" || path.StartsWith($"fields[{index}].", StringComparison.Ordinal))
                && Read(fields[index]) is { } field && names.Add(field.Name))
                yield return field;
    }

    // They stay taken.
    private static IReadOnlyList<string> Aliases(PrivateType row) => new Node(row.Document, "", new Findings()).Texts("aliases");

    private static SchemaField? Read(JsonElement field)
    {
        try
        {
            return field.Deserialize<SchemaField>(HubJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(PrivateType row, string member) =>
        row.Document.ValueKind is JsonValueKind.Object && row.Document.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    private static string OneOf(PrivateType row, string member, string[] words) =>
        Text(row, member) is { } word && words.Contains(word) ? word : "webhook";
}
