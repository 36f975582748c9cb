using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.Calls;

/// <summary>Reads paths such as <c>$.data[0].name|$.name</c> in other people's JSON. Nothing in it is an error; what is not there is not there.</summary>
internal static partial class JsonPaths
{
    /// <summary>The first of the paths that is there and not null.</summary>
    public static JsonElement? Read(JsonElement? body, string paths)
    {
        foreach (var path in paths.Split('|'))
            if (One(body, path) is { ValueKind: not JsonValueKind.Null } found)
                return found;
        return null;
    }

    /// <summary>A value as one line of text: a list or an object is none.</summary>
    public static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => StorableText.Of(text, out var plain) && plain.Length > 0 ? plain : null,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } scalar => scalar.GetRawText(),
        _ => null,
    };

    private static JsonElement? One(JsonElement? body, string path)
    {
        foreach (Match step in Step().Matches(path))
        {
            if (body is not { } at)
                return null;
            body = step.Groups["name"] is { Success: true } name
                ? at.ValueKind is JsonValueKind.Object && at.TryGetProperty(name.Value, out var member) ? member : null
                : at.ValueKind is JsonValueKind.Array && int.TryParse(step.Groups["index"].Value, out var index) && index < at.GetArrayLength()
                    ? at[index] : null;
        }

        return body;
    }

    [GeneratedRegex(@"\.(?<name>[A-Za-z_][A-Za-z0-9_]*)|\[(?<index>[0-9]+)\]")]
    private static partial Regex Step();
}
