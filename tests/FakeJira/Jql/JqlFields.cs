using System.Collections.Frozen;
using System.Text.Json;

namespace Hub.FakeJira.Jql;

/// <summary>
/// What a query can ask of one field. <see cref="Is"/> compares with a name or id, <see cref="Exists"/> tells whether a value is known
/// (an unknown one is an error, not an empty result).
/// </summary>
sealed record QueryField(string Name, Comparison<Issue> Order)
{
    public Func<Issue, string, bool>? Is { get; init; }
    public Func<Issue, bool> IsEmpty { get; init; } = _ => false;
    public Func<Issue, DateTimeOffset?>? Date { get; init; }
    public Func<Issue, double?>? Number { get; init; }
    public Func<Issue, string?>? Text { get; init; }
    public Func<IssueStore, string, bool> Exists { get; init; } = (_, _) => true;
}

/// <summary>The fields that a query may name, by each of their names.</summary>
static class JqlFields
{
    static readonly FrozenDictionary<string, QueryField> Known = All().ToFrozenDictionary(f => f.Alias, f => f.Field, StringComparer.OrdinalIgnoreCase);

    public static QueryField Find(string name) => Known.GetValueOrDefault(name) ?? Custom(name)
        ?? throw new JqlException($"Field '{name}' does not exist or you do not have permission to view it.");

    static IEnumerable<(string Alias, QueryField Field)> All()
    {
        var key = new QueryField("key", ByKey) { Is = IsKey, Exists = (store, value) => store.Visible(value) is not null };
        foreach (var alias in new[] { "key", "issuekey", "issue" }) yield return (alias, key);
        yield return ("id", key with { Name = "id", Order = ById });

        yield return ("project", new("project", (a, b) => Compare(a.Project.Key, b.Project.Key))
        {
            Is = (i, v) => Same(i.Project.Key, v) || Same(i.Project.Name, v) || v == $"{i.Project.Id}",
            Exists = (store, v) => store.Projects.Any(p => !store.Hides(p) && (Same(p.Key, v) || Same(p.Name, v) || v == $"{p.Id}")),
        });
        yield return ("status", new("status", (a, b) => Status.All.IndexOf(a.Status) - Status.All.IndexOf(b.Status))
        {
            Is = (i, v) => Same(i.Status.Name, v) || i.Status.Id == v,
            Exists = (store, v) => store.FindStatus(v) is not null,
        });
        yield return ("statuscategory", new("statusCategory", (a, b) => a.Status.Category.Id - b.Status.Category.Id)
        {
            Is = (i, v) => Same(i.Status.Category.Name, v) || Same(i.Status.Category.Key, v),
            Exists = (_, v) => Status.All.Any(s => Same(s.Category.Name, v) || Same(s.Category.Key, v)),
        });
        var type = new QueryField("issuetype", (a, b) => Compare(a.Type.Name, b.Type.Name))
        {
            Is = (i, v) => Same(i.Type.Name, v) || i.Type.Id == v,
            Exists = (_, v) => IssueType.Find(v) is not null,
        };
        yield return ("issuetype", type);
        yield return ("type", type);
        yield return ("priority", new("priority", (a, b) => Compare(b.Priority.Id, a.Priority.Id))
        {
            Is = (i, v) => Same(i.Priority.Name, v) || i.Priority.Id == v,
            Number = i => -i.Priority.Id[0],
            Exists = (_, v) => Priority.Find(v) is not null,
        });
        yield return ("assignee", Person("assignee", i => i.Assignee));
        yield return ("reporter", Person("reporter", i => i.Reporter));
        yield return ("creator", Person("creator", i => i.Reporter));
        yield return ("labels", Many("labels", i => i.Labels));
        yield return ("component", Many("component", i => i.Components));
        yield return ("resolution", new("resolution", (a, b) => Nullable.Compare(a.Resolved, b.Resolved))
        {
            Is = (i, v) => i.Resolution is { } r ? Same(v, r.Name) || v == r.Id : Same(v, "Unresolved"),
            IsEmpty = i => i.Resolved is null,
        });
        yield return ("parent", new("parent", (a, b) => Compare(a.ParentKey, b.ParentKey))
        {
            Is = (i, v) => Same(i.ParentKey, v),
            IsEmpty = i => i.ParentKey is null,
        });
        yield return ("created", Time("created", i => i.Created));
        yield return ("updated", Time("updated", i => i.Updated));
        yield return ("resolved", Time("resolved", i => i.Resolved));
        yield return ("resolutiondate", Time("resolutiondate", i => i.Resolved));
        yield return ("due", Time("due", Due));
        yield return ("duedate", Time("duedate", Due));
        yield return ("summary", Words("summary", i => i.Summary));
        yield return ("description", Words("description", i => i.Description));
        yield return ("comment", Words("comment", AllComments));
        yield return ("text", Words("text", i => $"{i.Summary}\n{i.Description}\n{AllComments(i)}"));
    }

    static QueryField? Custom(string name)
    {
        var id = name.StartsWith("cf[", StringComparison.OrdinalIgnoreCase) && name.EndsWith(']') ? $"customfield_{name[3..^1]}" : name;
        if (JiraFields.Find(id) is not { IsCustom: true } field) return null;
        double? Number(Issue i) => i.Custom.TryGetValue(field.Id, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble() : null;
        string? Text(Issue i) => Raw(i).FirstOrDefault();
        string[] Raw(Issue i) => !i.Custom.TryGetValue(field.Id, out var v) || v.ValueKind == JsonValueKind.Null ? []
            : v.ValueKind == JsonValueKind.Array ? [.. v.EnumerateArray().Select(part => part.ToString())] : [v.ToString()];
        bool Is(Issue i, string wanted) => Raw(i).Any(have => Same(have, wanted) || Same(CustomFields.Name(field, have), wanted));
        return new(field.Name, (a, b) => Nullable.Compare(Number(a), Number(b)))
        {
            Is = Is, Number = Number, Text = Text, IsEmpty = i => Text(i) is null,
        };
    }

    static QueryField Person(string name, Func<Issue, User?> of) => new(name, (a, b) => Compare(of(a)?.DisplayName, of(b)?.DisplayName))
    {
        Is = (i, v) => of(i)?.Is(v) ?? false,
        IsEmpty = i => of(i) is null,
    };

    static QueryField Many(string name, Func<Issue, IReadOnlyList<string>> of) =>
        new(name, (a, b) => Compare(string.Join(' ', of(a)), string.Join(' ', of(b))))
        {
            Is = (i, v) => of(i).Contains(v, StringComparer.OrdinalIgnoreCase),
            IsEmpty = i => of(i).Count == 0,
        };

    static QueryField Time(string name, Func<Issue, DateTimeOffset?> of) =>
        new(name, (a, b) => Nullable.Compare(of(a), of(b))) { Date = of, IsEmpty = i => of(i) is null };

    static QueryField Words(string name, Func<Issue, string?> of) =>
        new(name, (a, b) => Compare(of(a), of(b))) { Text = of, IsEmpty = i => string.IsNullOrEmpty(of(i)) };

    static DateTimeOffset? Due(Issue issue) => issue.DueDate is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

    static string AllComments(Issue issue) => string.Join('\n', issue.Comments.Select(c => c.Body));

    static bool IsKey(Issue issue, string value) => Same(issue.Key, value) || (long.TryParse(value, out var id) && id == issue.Id);

    static int ById(Issue a, Issue b) => a.Id.CompareTo(b.Id);

    static int ByKey(Issue a, Issue b) => Compare(a.Project.Key, b.Project.Key) is not 0 and var byProject ? byProject : a.Number.CompareTo(b.Number);

    static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    static int Compare(string? a, string? b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
}
