using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Integrations;

/// <summary>Which fields of a type say where its calls go, and which secrets its calls carry.</summary>
internal static partial class DestinationFields
{
    /// <summary>Every address, what stands in the host of one in the type's description, and the server of a mail conversation. A choice among fixed values is none.</summary>
    public static IReadOnlyList<SchemaField> Of(IntegrationSchema schema)
    {
        var named = Texts(schema.Auth).Concat(Texts(schema.Test)).SelectMany(text => InHost().Matches(text)).Select(match => match.Groups["field"].Value)
            .Concat(Server(schema.Test)).ToHashSet(StringComparer.Ordinal);
        return [.. schema.Fields.Where(field => field.Type is FieldType.Url || (field.Type is FieldType.String or FieldType.Integer && named.Contains(field.Name)))];
    }

    /// <summary>Secrets but those that only prove who sends a webhook: they stay here.</summary>
    public static IEnumerable<string> Outgoing(IntegrationSchema schema)
    {
        var verifying = Members(schema.Webhook, "secret_field").ToHashSet(StringComparer.Ordinal);
        var used = Texts(schema.Auth).Concat(Texts(schema.Test)).ToArray();
        return schema.Fields.Where(field => field.Type is FieldType.Secret).Select(field => field.Name)
            .Where(name => !verifying.Contains(name) || used.Any(text => text.Contains($"{{{name}}}", StringComparison.Ordinal)));
    }

    /// <summary>Scheme, host and port of an address; any other value as it is, whatever its case.</summary>
    public static string Origin(string value) => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? $"{url.Scheme}://{url.IdnHost.ToLowerInvariant()}:{url.Port}"
        : value.Trim().ToLowerInvariant();

    private static IEnumerable<string> Server(JsonElement test) => test.ValueKind is JsonValueKind.Object
        ? new[] { "host", "port" }.SelectMany(member => test.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? Placeholder().Matches(value.GetString()!).Select(match => match.Groups["field"].Value)
            : [])
        : [];

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    private static IEnumerable<string> Members(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Members(item, name)),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member =>
            member.Name == name && member.Value.ValueKind is JsonValueKind.String ? [member.Value.GetString()!] : Members(member.Value, name)),
        _ => [],
    };

    // At the start of an address, or between its scheme and its path.
    [GeneratedRegex("""^(?:https?://[^/?#]*?)?\{\+?(?<field>[a-z][a-z0-9_]*)\}(?=[^/?#]*[/?#:.]|$)""")]
    private static partial Regex InHost();

    [GeneratedRegex("""\{\+?(?<field>[a-z][a-z0-9_]*)\}""")]
    private static partial Regex Placeholder();
}
