using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Imports;

/// <summary>Brings an old value into the form its field takes. What cannot be brought there stays as it is, for the type's own rules to refuse.</summary>
internal static partial class OldValues
{
    public static JsonElement Shaped(SchemaField field, JsonElement value) => field.Type switch
    {
        FieldType.Boolean => OldJson.TryFlag(value, out var flag) ? Of(flag) : value,
        FieldType.Integer => Integer(value),
        FieldType.Json => OldJson.TryUnwrap(value, out var inner, out _) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? inner : value,
        _ => Text(field, value),
    };

    /// <summary>Whether it only says that a secret is there; nothing to import.</summary>
    public static bool IsPlaceholder(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var text) && text.Trim() is Configuration.Encrypted or Configuration.FromEnvironment;

    private static JsonElement Integer(JsonElement value) =>
        OldJson.Word(value) is { } word && long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Of(number) : value;

    private static JsonElement Text(SchemaField field, JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String when StorableText.Of(value, out var plain) => plain,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            JsonValueKind.Array => Joined(field, value),
            _ => null,
        };
        return text is null ? value : Of(Rewritten(field, text));
    }

    private static string? Joined(SchemaField field, JsonElement list)
    {
        var words = list.EnumerateArray().Select(OldJson.Word).ToArray();
        return words.Any(word => word is null) ? null : string.Join(field.Type is FieldType.Multiline || field.Multiline ? '\n' : ',', words);
    }

    private static string Rewritten(SchemaField field, string text)
    {
        var trimmed = text.Trim();
        return (field.Name, field.Type) switch
        {
            ("organization", _) => AzureOrganization().Match(trimmed) is { Success: true } azure ? azure.Groups[1].Value : text,
            ("repository", _) => GithubRepository().Match(trimmed) is { Success: true } github ? github.Groups[1].Value : text,
            ("database_id", _) => NotionId().Match(trimmed) is { Success: true } notion ? notion.Groups[1].Value.ToLowerInvariant() : text,
            (_, FieldType.Select) when field.Options is { } options && !options.Contains(trimmed, StringComparer.Ordinal) =>
                options.FirstOrDefault(option => OldKeys.Normal(option) == OldKeys.Normal(trimmed)) ?? text,
            (_, FieldType.Url) when HostAlone().IsMatch(trimmed) => $"https://{trimmed}",
            _ => text,
        };
    }

    private static JsonElement Of<T>(T value) => JsonSerializer.SerializeToElement(value);

    [GeneratedRegex(@"^https://(?:dev\.azure\.com/|(?=[^/]*\.visualstudio\.com))([^./?#]+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex AzureOrganization();

    [GeneratedRegex(@"^(?:https://github\.com/|git@github\.com:)([^/\s]+/[^/\s]+?)(?:\.wiki)?(?:\.git)?/?(?:wiki/?)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex GithubRepository();

    [GeneratedRegex(@"^(?:https://(?:www\.)?notion\.so/(?:[^?#]*[-/])?)?([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})(?:[?#].*)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NotionId();

    [GeneratedRegex(@"^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/]\S*)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex HostAlone();
}
