using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>One of the three fixed groups that every status belongs to.</summary>
public sealed record StatusCategory(int Id, string Key, string Name, string Color)
{
    public static readonly StatusCategory New = new(2, "new", "To Do", "blue-gray");
    public static readonly StatusCategory Indeterminate = new(4, "indeterminate", "In Progress", "yellow");
    public static readonly StatusCategory Complete = new(3, "done", "Done", "green");
}

/// <summary>A step of the workflow. Every issue type shares one workflow, in which each status can be reached from each other.</summary>
public sealed record Status(string Id, string Name, StatusCategory Category, string TransitionId, string TransitionName)
{
    public static readonly Status ToDo = new("10000", "To Do", StatusCategory.New, "11", "Back to backlog");
    public static readonly Status InProgress = new("3", "In Progress", StatusCategory.Indeterminate, "21", "Start work");
    public static readonly Status InReview = new("10001", "In Review", StatusCategory.Indeterminate, "31", "Ask for review");
    public static readonly Status Waiting = new("10003", "Wartet auf Rückmeldung", StatusCategory.Indeterminate, "51", "Rückfrage stellen");
    public static readonly Status Done = new("10002", "Done", StatusCategory.Complete, "41", "Close");

    public static readonly ImmutableArray<Status> All = [ToDo, InProgress, InReview, Waiting, Done];

    /// <summary>The status of this name or id, or null.</summary>
    public static Status? Find(string nameOrId) =>
        All.FirstOrDefault(s => s.Id == nameOrId || s.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));
}

public sealed record IssueType(string Id, string Name, string Description, bool IsSubTask)
{
    public static readonly IssueType Epic = new("10000", "Epic", "A body of work that spans several stories.", false);
    public static readonly IssueType Story = new("10001", "Story", "Something a user can do afterwards.", false);
    public static readonly IssueType Task = new("10002", "Task", "A piece of work.", false);
    public static readonly IssueType SubTask = new("10003", "Sub-task", "A part of another issue.", true);
    public static readonly IssueType Bug = new("10004", "Bug", "Something that does not work.", false);

    public static readonly ImmutableArray<IssueType> All = [Epic, Story, Task, SubTask, Bug];

    public static IssueType? Find(string nameOrId) =>
        All.FirstOrDefault(t => t.Id == nameOrId || t.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Importance of an issue; <see cref="Id"/> 1 is the highest.</summary>
public sealed record Priority(string Id, string Name)
{
    public static readonly Priority Highest = new("1", "Highest");
    public static readonly Priority High = new("2", "High");
    public static readonly Priority Medium = new("3", "Medium");
    public static readonly Priority Low = new("4", "Low");
    public static readonly Priority Lowest = new("5", "Lowest");

    public static readonly ImmutableArray<Priority> All = [Highest, High, Medium, Low, Lowest];

    public static Priority? Find(string nameOrId) =>
        All.FirstOrDefault(p => p.Id == nameOrId || p.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Why an issue was closed.</summary>
public sealed record Resolution(string Id, string Name, string Description)
{
    public static readonly Resolution Done = new("10000", "Done", "Work has been completed on this issue.");
    public static readonly Resolution WontDo = new("10001", "Won't Do", "This issue won't be actioned.");
    public static readonly Resolution Duplicate = new("10002", "Duplicate", "The problem is a duplicate of an existing issue.");

    public static readonly ImmutableArray<Resolution> All = [Done, WontDo, Duplicate];

    public static Resolution? Find(string nameOrId) =>
        All.FirstOrDefault(r => r.Id == nameOrId || r.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A project; its components are the same set everywhere.</summary>
public sealed record Project(long Id, string Key, string Name)
{
    public static readonly ImmutableArray<string> Components = ["API", "Web", "Billing", "Zażółć"];
}
