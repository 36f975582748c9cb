using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The create screens, one per issue type. A required field that the caller leaves out, and one that is not there, refuse the issue.</summary>
public sealed class Screens
{
    static readonly string[] Usual =
    [
        "summary", "issuetype", "project", "description", "priority", "assignee", "labels", "components", "duedate", "parent",
        .. JiraFields.All.Where(f => f.IsCustom).Select(f => f.Id),
    ];

    ImmutableHashSet<(string Type, string Field)> required = [];
    ImmutableHashSet<(string Type, string Field)> removed = [];

    /// <summary>From now on an issue of this type needs the field: <c>Require("Bug", "Severity")</c>. Both by name or id.</summary>
    public void Require(string issueType, string field) => required = required.Add(Of(issueType, field));

    /// <summary>Takes the field off the screen of this type: sending it is then an error.</summary>
    public void Remove(string issueType, string field) => removed = removed.Add(Of(issueType, field));

    internal ImmutableArray<JiraField> Of(IssueType type) =>
        [.. Usual.Where(id => !removed.Contains((type.Id, id)) && (id != "parent" || type != IssueType.Epic)).Select(id => JiraFields.Find(id)!)];

    internal bool Requires(IssueType type, JiraField field) =>
        field.Id is "summary" or "issuetype" or "project" || (field.Id == "parent" && type.IsSubTask) || required.Contains((type.Id, field.Id));

    /// <summary>What is wrong with these fields, by field id, before their values are looked at.</summary>
    internal IEnumerable<(string Field, string Message)> Missing(IssueType type, JsonElement fields)
    {
        if (string.IsNullOrWhiteSpace(fields.Text("summary"))) yield return ("summary", "You must specify a summary of the issue.");
        if (type.IsSubTask && fields.Get("parent") is null) yield return ("issuetype", "Issue type is a sub-task but parent issue key or id not specified.");
        foreach (var field in Of(type).Where(f => required.Contains((type.Id, f.Id)) && fields.Get(f.Id) is null))
            yield return (field.Id, $"{field.Name} is required.");
        foreach (var id in fields.EnumerateObject().Select(f => f.Name).Where(id => removed.Contains((type.Id, id))))
            yield return (id, $"Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.");
    }

    static (string Type, string Field) Of(string issueType, string field) =>
        ((IssueType.Find(issueType) ?? throw new KeyNotFoundException(issueType)).Id, (JiraFields.Find(field) ?? throw new KeyNotFoundException(field)).Id);
}
