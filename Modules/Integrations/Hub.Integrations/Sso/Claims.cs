using System.Text.Json;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Sso;

/// <summary>What an identity provider says about a person, wherever it says it.</summary>
internal abstract class Claims
{
    /// <summary>All values of a claim, in order; empty when it is not there.</summary>
    public abstract IReadOnlyList<string> All(string name);

    public string? One(string name) => All(name) is { Count: > 0 } values && values[0].Trim() is { Length: > 0 } text ? text : null;

    public static Claims Of(params ReadOnlySpan<JsonElement?> documents) => new FromJson([.. documents.ToArray().OfType<JsonElement>()]);

    public static Claims Of(IReadOnlyDictionary<string, IReadOnlyList<string>> attributes) => new FromAttributes(attributes);

    private sealed class FromJson(IReadOnlyList<JsonElement> documents) : Claims
    {
        public override IReadOnlyList<string> All(string name) =>
            documents.Select(document => Find(document, name)).FirstOrDefault(found => found is not null) is { } value ? Values(value) : [];

        // A name may hold dots of its own (https://acme.com/roles), or lead further down (realm_access.roles).
        private static JsonElement? Find(JsonElement node, string name)
        {
            if (node.ValueKind is not JsonValueKind.Object)
                return null;
            if (node.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
                return value;
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && node.TryGetProperty(name[..dot], out var inner) ? Find(inner, name[(dot + 1)..]) : null;
        }

        private static IReadOnlyList<string> Values(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Values)],
            JsonValueKind.String => StorableText.Of(value, out var text) ? [text] : [],
            JsonValueKind.Number => [value.GetRawText()],
            JsonValueKind.True => ["true"],
            JsonValueKind.False => ["false"],
            _ => [],
        };
    }

    private sealed class FromAttributes(IReadOnlyDictionary<string, IReadOnlyList<string>> attributes) : Claims
    {
        // What the common providers call the fields whose names nobody changed.
        private static readonly Dictionary<string, string[]> OtherNames = new(StringComparer.Ordinal)
        {
            ["email"] = ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "urn:oid:0.9.2342.19200300.100.1.3", "mail"],
            ["name"] = ["http://schemas.microsoft.com/identity/claims/displayname", "urn:oid:2.16.840.1.113730.3.1.241", "displayName"],
            ["groups"] = ["http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", "http://schemas.xmlsoap.org/claims/Group"],
        };

        public override IReadOnlyList<string> All(string name) =>
            OtherNames.GetValueOrDefault(name, []).Prepend(name).Select(attributes.GetValueOrDefault).FirstOrDefault(values => values is not null) ?? [];
    }
}
