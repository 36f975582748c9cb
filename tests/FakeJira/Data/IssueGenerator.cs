using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Makes the n-th issue of a site: varied, but the same for the same number and start time.</summary>
static class IssueGenerator
{
    static readonly ImmutableArray<string>[] SharedLabels =
    [
        [],
        .. IssueText.Labels.Select(l => ImmutableArray.Create(l)),
        .. IssueText.Labels.Zip(IssueText.Labels.Skip(3), (a, b) => ImmutableArray.Create(a, b)),
    ];

    static readonly ImmutableArray<string>[] SharedComponents = [[], .. Project.Components.Select(c => ImmutableArray.Create(c))];

    static readonly ImmutableDictionary<string, JsonElement>[] SharedPoints =
        [.. new[] { "null", "1", "2", "3", "5", "8" }.Select(v => JsonSerializer.Deserialize<JsonElement>(v)).Select(Points)];

    static readonly Status[] UsualStatuses =
        [Status.ToDo, Status.ToDo, Status.InProgress, Status.InReview, Status.Waiting, Status.Done, Status.Done, Status.Done];

    public static Issue Make(long id, int number, Project project, DateTimeOffset start)
    {
        var updated = Updated(id, start);
        var created = updated.AddMinutes(-(IssueText.Mix(id, 20) % 500_000));
        var status = IssueText.Pick(UsualStatuses, id, 21);
        return new Issue
        {
            Id = id,
            Key = $"{project.Key}-{number}",
            Project = project,
            Summary = IssueText.Summary(id),
            Status = status,
            Resolved = status.Category == StatusCategory.Complete ? updated : null,
            Type = TypeOf(number),
            ParentKey = ParentOf(number) is { } parent ? $"{project.Key}-{parent}" : null,
            Priority = IssueText.Pick(Priority.All, id, 22),
            Assignee = IssueText.Mix(id, 23) % 4 == 0 ? null : IssueText.Pick(User.Colleagues, id, 24),
            Reporter = IssueText.Pick(User.Colleagues, id, 25),
            Labels = IssueText.Pick(SharedLabels, id, 26),
            Components = IssueText.Pick(SharedComponents, id, 27),
            Custom = IssueText.Pick(SharedPoints, id, 28),
            DueDate = IssueText.Mix(id, 29) % 3 == 0 ? DateOnly.FromDateTime(updated.AddDays(IssueText.Mix(id, 30) % 60).Date) : null,
            Comments = IssueText.Mix(id, 31) % 5 == 0 ? [CommentOf(id, updated)] : [],
            Created = created,
            Updated = updated,
        };
    }

    // One issue in twenty was touched by the same bulk edit, so far more issues than fit a page share one millisecond.
    static DateTimeOffset Updated(long id, DateTimeOffset start) =>
        id % 20 == 0 ? start.AddDays(-3) : start.AddMilliseconds(-(1_000 + IssueText.Mix(id, 32) % (long)TimeSpan.FromDays(45).TotalMilliseconds));

    static IssueType TypeOf(int number) => (number % 10) switch
    {
        1 => IssueType.Epic,
        9 => IssueType.SubTask,
        2 or 5 or 7 => IssueType.Story,
        3 or 8 => IssueType.Bug,
        _ => IssueType.Task,
    };

    static int? ParentOf(int number) => (number % 10) switch
    {
        1 => null,
        9 => number - 1,
        _ => number - (number + 9) % 10,
    };

    static ImmutableDictionary<string, JsonElement> Points(JsonElement value) =>
        ImmutableDictionary<string, JsonElement>.Empty.Add(JiraFields.StoryPoints, value);

    static Comment CommentOf(long id, DateTimeOffset at) => new(900_000 + id, IssueText.Pick(User.Colleagues, id, 33), IssueText.Comment(id), at, at);
}
