using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Sync.Jira.Text;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Mapping;

/// <summary>
/// Makes values of Jira's many shapes into plain JSON: texts, numbers, <c>yyyy-MM-dd</c> and UTC times, people as <c>{id, name}</c>, the names of options
/// (<c>Parent / Child</c> when cascading), versions and sprints, and lists of those.
/// </summary>
internal static class MappedValue
{
    /// <returns>Null when the value is empty or does not fit.</returns>
    public static JsonNode? Of(JsonElement value, Transform transform) => transform switch
    {
        Transform.Text => Text(value),
        Transform.Number => Number(value),
        Transform.Date => Date(value),
        Transform.User => User(value),
        Transform.Option => Option(value),
        Transform.List => List(value),
        _ => Natural(value),
    };

    /// <summary>A null for such a value loses nothing.</summary>
    public static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.String => string.IsNullOrWhiteSpace(value.Text()),
        JsonValueKind.Array => value.EnumerateArray().All(IsEmpty),
        JsonValueKind.Object => IsDocument(value) && RichText.OfDocument(value).Text is null,
        _ => false,
    };

    private static JsonNode? Text(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Array)
            return Plain(value);
        var items = value.EnumerateArray().Select(Plain).ToArray();
        return items.Contains(null) || items.Length == 0 ? null : string.Join(", ", items);
    }

    // Fields of one line hold no markup; a Data Center's areas of several lines do.
    private static string? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when IsDocument(value) => RichText.OfDocument(value).Text,
        JsonValueKind.String when value.Text() is { } text && text.Contains('\n') => RichText.OfWiki(text).Text,
        _ => Label(value),
    };

    private static JsonNode? Number(JsonElement value)
    {
        var text = value.ValueKind is JsonValueKind.Object ? value.Text("value") : value.Text();
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
            return exact;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) && double.IsFinite(large) ? large : null;
    }

    // Other orders of day and month than ISO's would have to be guessed.
    private static JsonNode? Date(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && !(value.Text() is { Length: > 9 } text && text[4] == '-' && text[7] == '-') ? null
        : JiraTime.Day(value) is { } day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : JiraTime.Instant(value) is { } instant ? Utc(instant)
        : null;

    private static JsonNode? User(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Array)
            return Each(value, User);
        if (value.ValueKind is JsonValueKind.String)
            return value.Text()?.Trim() is { Length: > 0 } login ? Person(login, login) : null;
        var id = value.Text("accountId") ?? value.Text("name") ?? value.Text("key");
        return (value.Text("displayName") ?? id) is { } name ? Person(id, name) : null;
    }

    private static JsonObject Person(string? id, string name) => new() { ["id"] = id, ["name"] = name };

    private static JsonNode? Option(JsonElement value) =>
        value.ValueKind is not JsonValueKind.Array ? Label(value) : value.GetArrayLength() == 1 ? Label(value[0]) : null;

    private static JsonArray? List(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => Each(value, item => Label(item)),
        JsonValueKind.Object when IsDocument(value) => null,
        _ => Label(value) is { } one ? new JsonArray(one) : null,
    };

    private static JsonNode? Natural(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => Each(value, Natural),
        JsonValueKind.Object when IsDocument(value) => RichText.OfDocument(value).Text,
        JsonValueKind.Object when value.Text("accountId") is not null => User(value),
        JsonValueKind.Object when value.Text("name") is not null && value.Text("displayName") is not null => User(value),
        JsonValueKind.Object => Label(value),
        JsonValueKind.String when value.Text() is { Length: > 18 } text && text[10] == 'T' => Date(value) ?? text,
        JsonValueKind.String => Label(value),
        JsonValueKind.Number => Number(value),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        _ => null,
    };

    // One item that does not fit spoils the list: a shorter one would look complete.
    private static JsonArray? Each(JsonElement list, Func<JsonElement, JsonNode?> read)
    {
        var items = list.EnumerateArray().Where(item => item.ValueKind is not JsonValueKind.Null).Select(read).ToArray();
        return items.Contains(null) ? null : new JsonArray(items);
    }

    /// <summary>What people call a value.</summary>
    private static string? Label(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JiraSprint.Read(value) is { } sprint ? sprint.Text("name") : value.Text()?.Trim() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Object when value.Text("value") is { } option => value.Text("child", "value") is { } child ? $"{option} / {child}" : option,
        JsonValueKind.Object => value.Text("displayName") ?? value.Text("name") ?? value.Text("key") ?? value.Text("title"),
        _ => null,
    };

    private static string Utc(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private static bool IsDocument(JsonElement value) => value.Text("type") == "doc" && value.At("content").ValueKind is JsonValueKind.Array;
}
