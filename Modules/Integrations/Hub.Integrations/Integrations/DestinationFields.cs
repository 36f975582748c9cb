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
        var hosts = Texts(schema.Auth).Concat(Texts(schema.Test)).Where(text => text.IsAddress).Select(text => Host().Match(text.Value).Value);
        var named = hosts.Concat(Server(schema.Test)).SelectMany(text => Placeholder().Matches(text)).Select(match => match.Groups["field"].Value)
            .ToHashSet(StringComparer.Ordinal);
        return [.. schema.Fields.Where(field => field.Type is FieldType.Url || (field.Type is FieldType.String or FieldType.Integer && named.Contains(field.Name)))];
    }

    /// <summary>
    /// Secrets but those that only prove who sends a webhook: they stay here, unless the hub itself registers the webhook and so tells the provider.
    /// </summary>
    public static IEnumerable<string> Outgoing(IntegrationSchema schema)
    {
        var verifying = Members(schema.Webhook, "secret_field").ToHashSet(StringComparer.Ordinal);
        var used = Texts(schema.Auth).Concat(Texts(schema.Test)).ToArray();
        var registers = schema.Fields.Any(field => field.Name is "manage_webhook");
        return schema.Fields.Where(field => field.Type is FieldType.Secret).Select(field => field.Name)
            .Where(name => registers || !verifying.Contains(name) || used.Any(text => text.Value.Contains($"{{{name}}}", StringComparison.Ordinal)));
    }

    /// <summary>Scheme, host and port of an address; any other value as it is, whatever its case.</summary>
    public static string Origin(string value) => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? $"{url.Scheme}://{url.IdnHost.ToLowerInvariant()}:{url.Port}"
        : value.Trim().ToLowerInvariant();

    private static IEnumerable<string> Server(JsonElement test) => test.ValueKind is JsonValueKind.Object
        ? test.EnumerateObject().Where(member => member.Name is "host" && member.Value.ValueKind is JsonValueKind.String).Select(member => member.Value.GetString()!)
        : [];

    private static IEnumerable<(string Value, bool IsAddress)> Texts(JsonElement json, string name = "") => json.ValueKind switch
    {
        JsonValueKind.String => [(json.GetString()!, name.EndsWith("url", StringComparison.Ordinal) || json.GetString()!.StartsWith("http", StringComparison.Ordinal))],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Texts(item, name)),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value, member.Name)),
        _ => [],
    };

    private static IEnumerable<string> Members(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Members(item, name)),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member =>
            member.Name == name && member.Value.ValueKind is JsonValueKind.String ? [member.Value.GetString()!] : Members(member.Value, name)),
        _ => [],
    };

    [GeneratedRegex("""^(?:https?://)?[^/?#]*""")]
    private static partial Regex Host();

    [GeneratedRegex("""\{\+?(?<field>[a-z][a-z0-9_]*)\}""")]
    private static partial Regex Placeholder();
}
