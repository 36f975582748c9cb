using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>A choice of a select field; those of a cascading one have a parent.</summary>
sealed record FieldOption(string Id, string Value, string? Parent = null);

/// <summary>
/// Values of custom fields: read from what a caller sends into the form that <see cref="Issue.Custom"/> keeps, or refused in Jira's words.
/// </summary>
static class CustomFields
{
    public static readonly ImmutableArray<FieldOption> Severities = [new("10101", "Critical"), new("10102", "Major"), new("10103", "Geringfügig")];
    public static readonly ImmutableArray<FieldOption> Platforms = [new("10110", "Web"), new("10111", "iOS"), new("10112", "Android")];

    public static readonly ImmutableArray<FieldOption> Regions =
    [
        new("10200", "EMEA"), new("10201", "Germany", "10200"), new("10202", "Côte d'Ivoire", "10200"),
        new("10203", "APAC"), new("10204", "日本", "10203"),
    ];

    /// <summary>The sprints of the site's one board.</summary>
    public static readonly ImmutableArray<(int Id, string Name, string State)> Sprints =
        [(41, "Sprint 7", "closed"), (42, "Sprint 8", "active"), (43, "Sprint 9", "future")];

    public static ImmutableArray<FieldOption> Options(string fieldId) => fieldId switch
    {
        JiraFields.Severity => Severities,
        JiraFields.Platforms => Platforms,
        JiraFields.Region => Regions,
        _ => [],
    };

    /// <summary>What people call a kept value: the name of an option or sprint; else null.</summary>
    public static string? Name(JiraField field, string kept) => field.Id == JiraFields.Sprint
        ? Sprints.FirstOrDefault(s => $"{s.Id}" == kept).Name
        : Options(field.Id).FirstOrDefault(o => o.Id == kept)?.Value;

    /// <exception cref="JiraProblem">The value is not one of the field.</exception>
    public static JsonElement Read(JiraField field, JsonElement value, ApiView view, FakeJiraServer jira)
    {
        if (value.ValueKind == JsonValueKind.Null) return value.Clone();
        object kept = (field.Type, field.Items) switch
        {
            ("number", _) => value.ValueKind == JsonValueKind.Number ? value.Clone() : throw Refused(field, "Operation value must be a number"),
            ("date", _) => Day(field, value),
            ("datetime", _) => Moment(field, value),
            ("user", _) => Person(field, value, jira),
            ("array", "user") => Many(field, value, v => Person(field, v, jira)),
            ("option", _) => Option(field, value).Id,
            ("option-with-child", _) => Cascade(field, value),
            ("array", "option") => Many(field, value, v => Option(field, v).Id),
            ("array", "json") => SprintOf(field, value),
            ("array", _) => Many(field, value, v => Label(field, v)),
            _ when field.IsLong => FieldWriter.RichText(field.Id, value, view),
            _ => Line(field, value),
        };
        return JsonSerializer.SerializeToElement(kept, Reply.Options);
    }

    static string[] Many(JiraField field, JsonElement value, Func<JsonElement, string> one) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(one)] : throw Refused(field, "data was not an array");

    static string Line(JiraField field, JsonElement value) => Text(field, value) is { Length: <= 255 } text && !text.Contains('\n', StringComparison.Ordinal)
        ? text
        : throw Refused(field, "The entered text is too long. It exceeds the allowed limit of 255 characters.");

    static string Text(JiraField field, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refused(field, "Operation value must be a string");

    static string Label(JiraField field, JsonElement value) => Text(field, value) is var label && !label.Contains(' ', StringComparison.Ordinal)
        ? label
        : throw Refused(field, $"The label '{label}' contains spaces which is invalid.");

    static string Day(JiraField field, JsonElement value) =>
        DateOnly.TryParseExact(Text(field, value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? JiraTime.Day(day)
            : throw Refused(field, $"Error parsing date string: {value}");

    static string Moment(JiraField field, JsonElement value) =>
        JiraTime.TryRead(Text(field, value), out var time) ? time.ToString("O") : throw Refused(field, $"Error parsing time: {value}");

    static string Person(JiraField field, JsonElement value, FakeJiraServer jira)
    {
        var name = value.ValueKind == JsonValueKind.Object ? value.Text(jira.Options.Deployment == Deployment.Cloud ? "accountId" : "name") : null;
        if (name is null) throw Refused(field, "data was not an object");
        return jira.People.FirstOrDefault(u => u.Is(name))?.AccountId ?? throw Refused(field, $"User '{name}' was not found in the system.");
    }

    static FieldOption Option(JiraField field, JsonElement value, string? parent = null)
    {
        var (id, text) = value.ValueKind == JsonValueKind.Object ? (value.Text("id"), value.Text("value")) : throw Refused(field, "data was not an object");
        return Options(field.Id).FirstOrDefault(o => o.Parent == parent && (o.Id == id || (id is null && o.Value == text)))
            ?? throw Refused(field, id is null ? $"Option value '{text}' is not valid" : $"Option id '{id}' is not valid");
    }

    static string[] Cascade(JiraField field, JsonElement value)
    {
        var parent = Option(field, value);
        return value.Get("child") is { } child ? [parent.Id, Option(field, child, parent.Id).Id] : [parent.Id];
    }

    static int[] SprintOf(JiraField field, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && Sprints.Any(s => s.Id == id)
            ? [id]
            : throw Refused(field, "Number value expected as the Sprint id.");

    static JiraProblem Refused(JiraField field, string message) => JiraProblem.Field(field.Id, message);
}
