using System.Collections.Immutable;

namespace Hub.FakeJira;

public enum ChangeKind
{
    Created, Updated, Deleted,
    Commented, CommentEdited, CommentRemoved,
    Worklogged, WorklogEdited, WorklogRemoved,
    Linked, Unlinked,
    PropertySet, PropertyRemoved,

    /// <summary>A link was made or removed at the other issue: history and time change, but no webhook tells of it.</summary>
    Touched,
}

/// <summary>One entry of a changelog, with Jira's names: <c>from</c>/<c>to</c> are ids, the strings are what people see.</summary>
public sealed record ChangedField(string Field, string? From, string? FromText, string? To, string? ToText)
{
    /// <summary>The id of the field where it is not its name in lower case.</summary>
    public string? Id { get; init; }

    internal string FieldId => Id ?? Field.ToLowerInvariant();

    internal bool IsCustom => FieldId.StartsWith("customfield_", StringComparison.Ordinal);
}

/// <summary>
/// What happened to an issue: <see cref="Before"/> is null for a new one, <see cref="After"/> for a deleted one. <see cref="Subject"/> is the
/// comment, worklog or link that came, changed or went.
/// </summary>
public sealed record IssueChange(
    long Id, ChangeKind Kind, Issue? Before, Issue? After, User Actor, DateTimeOffset At, ImmutableArray<ChangedField> Fields)
{
    public object? Subject { get; init; }

    public Issue Issue => After ?? Before!;

    internal static ImmutableArray<ChangedField> Compare(Issue? before, Issue? after)
    {
        if (after is null) return [];
        var changed = ImmutableArray.CreateBuilder<ChangedField>();
        void Add(string field, string? from, string? fromText, string? to, string? toText, string? id = null)
        {
            if (from != to || fromText != toText) changed.Add(new ChangedField(field, from, fromText, to, toText) { Id = id });
        }

        Add("summary", null, before?.Summary, null, after.Summary);
        Add("status", before?.Status.Id, before?.Status.Name, after.Status.Id, after.Status.Name);
        Add("resolution", before?.Resolution?.Id, before?.Resolution?.Name, after.Resolution?.Id, after.Resolution?.Name);
        Add("priority", before?.Priority.Id, before?.Priority.Name, after.Priority.Id, after.Priority.Name);
        Add("assignee", before?.Assignee?.AccountId, before?.Assignee?.DisplayName, after.Assignee?.AccountId, after.Assignee?.DisplayName);
        Add("issuetype", before?.Type.Id, before?.Type.Name, after.Type.Id, after.Type.Name);
        Add("description", null, before?.Description, null, after.Description);
        Add("labels", null, before is null ? null : string.Join(' ', before.Labels), null, string.Join(' ', after.Labels));
        Add("duedate", Day(before), Day(before), Day(after), Day(after));
        Add("timespent", Spent(before), Spent(before), Spent(after), Spent(after));
        foreach (var id in (before?.Custom.Keys ?? []).Union(after.Custom.Keys))
            Add(JiraFields.Find(id)?.Name ?? id, null, Raw(before, id), null, Raw(after, id), id);
        if (before is not null)
        {
            Add("Key", null, before.Key, null, after.Key);
            Add("project", $"{before.Project.Id}", before.Project.Name, $"{after.Project.Id}", after.Project.Name);
        }

        return changed.ToImmutable();
    }

    static string? Day(Issue? issue) => issue?.DueDate is { } day ? JiraTime.Day(day) : null;

    static string? Spent(Issue? issue) => issue is { Worklogs.Length: > 0 } ? $"{issue.Worklogs.Sum(w => w.Seconds)}" : null;

    static string? Raw(Issue? issue, string id) =>
        issue is not null && issue.Custom.TryGetValue(id, out var value) && value.ValueKind != System.Text.Json.JsonValueKind.Null ? value.ToString() : null;
}

/// <summary>One step of an issue's history.</summary>
sealed record HistoryEntry(long Id, User Author, DateTimeOffset At, ImmutableArray<ChangedField> Items);
