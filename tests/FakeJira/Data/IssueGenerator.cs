using System.Collections.Immutable;
using System.Text.Json;
using Hub.Fakes;

namespace Hub.FakeJira;

/// <summary>Makes the n-th issue of a site: varied, but the same for the same number and start time.</summary>
static class IssueGenerator
{
    static readonly ImmutableArray<string>[] SharedLabels =
    [
        [],
        .. Varied.Labels.Select(l => ImmutableArray.Create(l)),
        .. Varied.Labels.Zip(Varied.Labels.Skip(3), (a, b) => ImmutableArray.Create(a, b)),
    ];

    static readonly ImmutableArray<string>[] SharedComponents = [[], .. Project.Components.Select(c => ImmutableArray.Create(c))];

    static readonly ImmutableDictionary<string, JsonElement>[] SharedCustom =
        [.. new[] { "null", "1", "2", "3", "5", "8" }.SelectMany(points => new[] { 0, 1, 2, 3 }.Select(variant => Custom(points, variant)))];

    static readonly Status[] UsualStatuses =
        [Status.ToDo, Status.ToDo, Status.InProgress, Status.InReview, Status.Waiting, Status.Done, Status.Done, Status.Done];

    public static Issue Make(long id, int number, Project project, DateTimeOffset start)
    {
        var updated = Updated(id, start);
        var created = updated.AddMinutes(-(Varied.Mix(id, 20) % 500_000));
        var status = Varied.Pick(UsualStatuses, id, 21);
        return new Issue
        {
            Id = id,
            Key = $"{project.Key}-{number}",
            Project = project,
            Summary = Varied.Summary(id),
            Status = status,
            Resolved = status.Category == StatusCategory.Complete ? updated : null,
            Type = TypeOf(number),
            ParentKey = ParentOf(number) is { } parent ? $"{project.Key}-{parent}" : null,
            Priority = Varied.Pick(Priority.All, id, 22),
            Assignee = Varied.Mix(id, 23) % 4 == 0 ? null : Varied.Pick(User.Colleagues, id, 24),
            Reporter = Varied.Pick(User.Colleagues, id, 25),
            Labels = Varied.Pick(SharedLabels, id, 26),
            Components = Varied.Pick(SharedComponents, id, 27),
            Custom = Varied.Pick(SharedCustom, id, 28),
            DueDate = Varied.Mix(id, 29) % 3 == 0 ? DateOnly.FromDateTime(updated.AddDays(Varied.Mix(id, 30) % 60).Date) : null,
            Comments = Comments(id, created, updated),
            Worklogs = Worklogs(id, created, updated),
            Created = created,
            Updated = updated,
        };
    }

    // One issue in twenty was touched by the same bulk edit, so far more issues than fit a page share one millisecond.
    static DateTimeOffset Updated(long id, DateTimeOffset start) =>
        id % 20 == 0 ? start.AddDays(-3) : start.AddMilliseconds(-(1_000 + Varied.Mix(id, 32) % (long)TimeSpan.FromDays(45).TotalMilliseconds));

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

    static ImmutableDictionary<string, JsonElement> Custom(string points, int variant)
    {
        var values = new Dictionary<string, string> { [JiraFields.StoryPoints] = points };
        if (variant > 0) values[JiraFields.Severity] = $"\"{10_100 + variant}\"";
        if (variant > 1) values[JiraFields.Sprint] = "[41, 42]";
        if (variant > 2)
        {
            values[JiraFields.Reviewer] = $"\"{User.Colleagues[2].AccountId}\"";
            values[JiraFields.Region] = "[\"10200\", \"10202\"]";
            values[JiraFields.Steps] = "\"h2. Steps\\n\\n* log in\\n* log out\"";
        }

        return values.ToImmutableDictionary(v => v.Key, v => JsonSerializer.Deserialize<JsonElement>(v.Value));
    }

    // One issue in forty is a long thread, one in five has a single comment.
    static ImmutableArray<Comment> Comments(long id, DateTimeOffset from, DateTimeOffset to)
    {
        var count = Crowd(id, 40, 3) ? 21 + (int)(Varied.Mix(id, 34) % 40) : Varied.Mix(id, 31) % 5 == 0 ? 1 : 0;
        if (count == 0) return [];
        return
        [
            .. Enumerable.Range(1, count).Select(n =>
            {
                var at = Between(from, to, n, count);
                return new Comment(id * 100 + n, Varied.Pick(User.Colleagues, id + n, 33), Varied.Comment(id + n - 1), at, at);
            }),
        ];
    }

    static ImmutableArray<Worklog> Worklogs(long id, DateTimeOffset from, DateTimeOffset to)
    {
        var count = Crowd(id, 80, 7) ? 25 : Varied.Mix(id, 35) % 8 == 0 ? 2 : 0;
        if (count == 0) return [];
        return
        [
            .. Enumerable.Range(1, count).Select(n =>
            {
                var at = Between(from, to, n, count);
                var text = n % 2 == 0 ? null : Varied.Comment(id + n);
                return new Worklog(id * 100 + n, Varied.Pick(User.Colleagues, id + n, 36), text, 900 * (1 + n % 16), at.AddHours(-n % 5), at, at);
            }),
        ];
    }

    /// <summary>Every bug blocks the story two numbers on; each of the two knows the link.</summary>
    public static ImmutableArray<IssueLink> Links(long id, int number, int projects, long last)
    {
        var step = 2 * projects;
        return (number % 10) switch
        {
            3 when id + step <= last => [Of(id)],
            5 => [Of(id - step)],
            _ => [],
        };

        IssueLink Of(long bug) => new(5_000_000 + bug, LinkType.Blocks, bug, bug + step);
    }

    /// <summary>The steps that led to the state in which the issue was generated, oldest first: few for most issues, over forty for one in fifty.</summary>
    public static IReadOnlyList<HistoryEntry> History(Issue issue, DateTimeOffset start)
    {
        var updated = Updated(issue.Id, start);
        var count = Crowd(issue.Id, 50, 9) ? 45 : (int)(Varied.Mix(issue.Id, 37) % 4);
        return [.. Enumerable.Range(1, count).Select(n => Step(issue, n, count, updated))];
    }

    static HistoryEntry Step(Issue issue, int n, int count, DateTimeOffset updated)
    {
        var from = Status.All[(n - 1) % Status.All.Length];
        var to = Status.All[n % Status.All.Length];
        var item = n % 3 == 0
            ? new ChangedField("labels", null, Varied.Labels[n % 12], null, Varied.Labels[(n + 1) % 12])
            : new ChangedField("status", from.Id, from.Name, to.Id, to.Name);
        return new HistoryEntry(issue.Id * 100 + n, Varied.Pick(User.Colleagues, issue.Id + n, 38), Between(issue.Created, updated, n, count), [item]);
    }

    static bool Crowd(long id, int oneIn, int which) => id % oneIn == which;

    static DateTimeOffset Between(DateTimeOffset from, DateTimeOffset to, int n, int of) => JiraTime.Trim(from + (to - from) * ((double)n / of));
}
