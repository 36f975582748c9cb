using System.Collections.Immutable;

namespace Hub.FakeJira;

public enum ChangeKind { Created, Updated, Deleted, Commented }

/// <summary>One entry of a changelog, with Jira's names: <c>from</c>/<c>to</c> are ids, the strings are what people see.</summary>
public sealed record ChangedField(string Field, string? From, string? FromText, string? To, string? ToText);

/// <summary>What happened to an issue: <see cref="Before"/> is null for a new one, <see cref="After"/> for a deleted one.</summary>
public sealed record IssueChange(
    long Id, ChangeKind Kind, Issue? Before, Issue? After, User Actor, DateTimeOffset At, ImmutableArray<ChangedField> Fields)
{
    public Issue Issue => After ?? Before!;

    internal static ImmutableArray<ChangedField> Compare(Issue? before, Issue? after)
    {
        if (after is null) return [];
        var changed = ImmutableArray.CreateBuilder<ChangedField>();
        void Add(string field, string? from, string? fromText, string? to, string? toText)
        {
            if (from != to || fromText != toText) changed.Add(new ChangedField(field, from, fromText, to, toText));
        }

        Add("summary", null, before?.Summary, null, after.Summary);
        Add("status", before?.Status.Id, before?.Status.Name, after.Status.Id, after.Status.Name);
        Add("priority", before?.Priority.Id, before?.Priority.Name, after.Priority.Id, after.Priority.Name);
        Add("assignee", before?.Assignee?.AccountId, before?.Assignee?.DisplayName, after.Assignee?.AccountId, after.Assignee?.DisplayName);
        Add("issuetype", before?.Type.Id, before?.Type.Name, after.Type.Id, after.Type.Name);
        Add("description", null, before?.Description, null, after.Description);
        Add("labels", null, before is null ? null : string.Join(' ', before.Labels), null, string.Join(' ', after.Labels));
        Add("duedate", Day(before), Day(before), Day(after), Day(after));
        if (before is not null)
        {
            Add("Key", null, before.Key, null, after.Key);
            Add("project", $"{before.Project.Id}", before.Project.Name, $"{after.Project.Id}", after.Project.Name);
        }

        return changed.ToImmutable();
    }

    static string? Day(Issue? issue) => issue?.DueDate is { } day ? JiraTime.Day(day) : null;
}
