using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Integrations;

/// <summary>Checks one value against its field. Messages say what is expected and never repeat the value: it may be a secret.</summary>
internal static class FieldRules
{
    public const int MaxValueBytes = 64 * 1024;
    private const long MaxInteger = 9_007_199_254_740_991;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <returns>What is wrong with it; null when nothing is. <paramref name="accepted"/> is the value to keep: texts are trimmed.</returns>
    public static string? Refusal(SchemaField field, JsonElement value, out JsonElement accepted)
    {
        accepted = value;
        if (JsonMarshal.GetRawUtf8Value(value).Length > MaxValueBytes)
            return $"must have at most {MaxValueBytes / 1024} KB";
        return field.Type switch
        {
            FieldType.Integer => Integer(field, value),
            FieldType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false",
            FieldType.Json => Json(value) ?? (field.Records is { } members ? FieldRecords.Refusal(members, value) : null),
            _ => Text(field, value, out accepted),
        };
    }

    private static string? Integer(SchemaField field, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt64(out var number))
            return "must be a whole number";
        return number is < -MaxInteger or > MaxInteger ? "is too large a number" : Pattern(field.Pattern, field.Placeholder, value.GetRawText());
    }

    private static string? Json(JsonElement value) =>
        value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) ? "must be a JSON object or array"
        : !StorableText.Everywhere(value) ? StorableText.Rule
        : null;

    private static string? Text(SchemaField field, JsonElement value, out JsonElement accepted)
    {
        accepted = value;
        if (value.ValueKind is not JsonValueKind.String)
            return "must be a text";
        if (!StorableText.Of(value, out var text))
            return StorableText.Rule;
        var severalLines = field.Multiline || field.Type is FieldType.Multiline;
        // A key file is kept as it was given: its last line break belongs to it.
        if (!severalLines)
            text = text.Trim();
        if (text.Any(c => char.IsControl(c) && !(severalLines && c is '\n' or '\r' or '\t')))
            return severalLines ? "must not hold control characters" : "must be one line without control characters";
        accepted = JsonSerializer.SerializeToElement(text);
        return field.Type switch
        {
            FieldType.Select when field.Options is { } options && !options.Contains(text, StringComparer.Ordinal) => $"must be one of {string.Join(", ", options)}",
            FieldType.Url when !IsWebAddress(text) => "must be an address that begins with http:// or https://, without user name and password",
            _ => Pattern(field.Pattern, field.Placeholder, text),
        };
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.Host.Length > 0 && url.UserInfo.Length == 0;

    /// <returns>What is wrong with a text; null when it matches or nothing is demanded.</returns>
    public static string? Pattern(string? pattern, string? placeholder, string text)
    {
        if (pattern is null)
            return null;
        try
        {
            if (Patterns.GetOrAdd(pattern, Compile).IsMatch(text))
                return null;
        }
        catch (RegexMatchTimeoutException)
        {
            // Whatever takes this long to judge is not the form that was asked for.
        }

        return placeholder is { Length: > 0 } example ? $"does not have the form expected here, such as {example}" : $"must match {pattern}";
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternTime);
        }
        catch (NotSupportedException)
        {
            // Look-around and back references need the other engine; the time limit bounds it.
            return new Regex(pattern, RegexOptions.CultureInvariant, PatternTime);
        }
    }
}
