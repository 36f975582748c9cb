using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.SharedKernel.Problems;

/// <summary>What the JSON reader refuses, in the words of the API: the member by its path, the rule that it breaks.</summary>
public static partial class JsonProblem
{
    /// <returns>400 with <c>invalid_input</c>, <c>unknown_field</c> or <c>malformed_json</c>.</returns>
    public static InvalidException Of(JsonException json)
    {
        var unmapped = UnmappedProperty().Match(json.Message);
        if (unmapped.Success)
        {
            var name = unmapped.Groups[1].Value;
            return new InvalidException(Join(json.Path, name), $"'{name}' is not a field of this request. Remove it or check its spelling.", "unknown_field");
        }

        var path = Join(json.Path, "") is { Length: > 0 } member ? member : "$";
        if (json.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase))
            return new InvalidException(path, "the same property is given twice; send it once");
        if (json.InnerException is JsonException)
            return new InvalidException(path, $"not readable as JSON at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}", "malformed_json");
        if (json.Message.Contains("null", StringComparison.Ordinal))
            return new InvalidException(path, "must not be null");
        if (path is "$")
            return new InvalidException(path, "must be a JSON object");
        return new InvalidException(path, Rule(json, path));
    }

    private static string Rule(JsonException json, string path)
    {
        // A converter of the hub's own says it itself.
        if (json.Message.StartsWith("must be ", StringComparison.Ordinal))
            return json.Message;
        var type = Unconverted().Match(json.Message).Groups[1].Value;
        return ExpectedValue.OfMember(type, path[(path.LastIndexOf('.') + 1)..]);
    }

    // System.Text.Json gives "$.a.b" and, for an unknown member, sometimes with the member itself at the end.
    private static string Join(string? path, string name)
    {
        var trimmed = (path ?? "$").TrimStart('$').TrimStart('.');
        return name is "" || trimmed == name || trimmed.EndsWith("." + name, StringComparison.Ordinal) ? trimmed : trimmed is "" ? name : $"{trimmed}.{name}";
    }

    [GeneratedRegex("The JSON property '(.+?)' could not be mapped")]
    private static partial Regex UnmappedProperty();

    [GeneratedRegex(@"could not be converted to (\S+?)\. Path:")]
    private static partial Regex Unconverted();
}
