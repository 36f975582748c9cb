using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Integrations.Calls;

/// <summary>How a type's requests are authenticated: <c>auth</c> of its schema document.</summary>
internal sealed record AuthDescription
{
    public static readonly AuthDescription None = new();

    public IReadOnlyList<AuthMethod> Methods { get; init; } = [];
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>A <c>json</c> field with further headers.</summary>
    public string? HeadersField { get; init; }
    public IReadOnlyDictionary<string, VariableDescription>? Variables { get; init; }
    public TlsDescription? Tls { get; init; }

    public static AuthDescription Of(JsonElement document) =>
        document.ValueKind is JsonValueKind.Object ? document.Deserialize<AuthDescription>(DocumentJson.Options) ?? None : None;
}

/// <summary>A value looked up by a select field.</summary>
internal sealed record VariableDescription(string Field, IReadOnlyDictionary<string, string> Map);

/// <param name="VerifyField">A boolean field; false switches the check of certificates off.</param>
/// <param name="CaField">A field with certificates in PEM form to trust instead of the machine's.</param>
internal sealed record TlsDescription(string? VerifyField = null, string? CaField = null);

/// <summary>One way to authenticate. Parameters beyond the common ones depend on the kind.</summary>
internal sealed record AuthMethod
{
    public static readonly AuthMethod None = new() { Kind = "none" };

    public required string Kind { get; init; }
    public string? Name { get; init; }
    public When? When { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement> Parameters { get; init; } = [];

    /// <summary>The template of a parameter; null when the document does not set it.</summary>
    public string? Template(string parameter) =>
        Parameters.TryGetValue(parameter, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    public IReadOnlyList<string> Texts(string parameter) =>
        Parameters.TryGetValue(parameter, out var value) && value.ValueKind is JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : [];
}
