namespace Hub.FakeJira;

/// <summary>The issues that exist from the start, and the histories that they come with.</summary>
public sealed partial class IssueStore
{
    DateTimeOffset generatedAt;
    long lastGenerated;

    internal void Generate(int count)
    {
        lock (gate)
        {
            generatedAt = Now();
            lastGenerated = lastId + count;
            byId.EnsureCapacity(count);
            idOfKey.EnsureCapacity(count);
            for (var i = 0; i < count; i++)
            {
                var project = projects[i % projects.Count];
                var number = lastNumber[project.Key] = lastNumber.GetValueOrDefault(project.Key) + 1;
                var issue = IssueGenerator.Make(++lastId, number, project, generatedAt);
                issue = issue with { Links = IssueGenerator.Links(issue.Id, number, projects.Count, lastGenerated) };
                byId.Add(issue.Id, issue);
                idOfKey.Add(issue.Key, issue.Id);
            }
        }
    }

    /// <summary>The history of an issue as people see it, oldest first: generated steps and those made since.</summary>
    internal IReadOnlyList<HistoryEntry> Changelog(Issue issue)
    {
        var seeded = issue.Id <= lastGenerated ? IssueGenerator.History(issue, generatedAt) : [];
        return
        [
            .. seeded,
            .. History(issue.Id).Where(c => c.Before is not null && c.Fields.Length > 0).Select(c => new HistoryEntry(c.Id, c.Actor, c.At, c.Fields)),
        ];
    }
}
