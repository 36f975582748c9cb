using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>
/// Changes that touch no issue: what the account may see, and what people and statuses are called. None sets <c>updated</c> or tells anybody.
/// </summary>
public sealed partial class IssueStore
{
    ImmutableHashSet<long> hidden = [];
    ImmutableHashSet<string> hiddenProjects = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);
    ImmutableDictionary<string, object> renamed = ImmutableDictionary<string, object>.Empty;

    internal bool HidesNothing => hidden.IsEmpty && hiddenProjects.IsEmpty;

    /// <summary>The statuses by the names that they have now.</summary>
    public IReadOnlyList<Status> Statuses => [.. Status.All.Select(Present)];

    /// <summary>The account loses its sight of the issue: 404, and absent from every list. The issue itself stays.</summary>
    public void Hide(string keyOrId) => See(() => hidden = hidden.Add(this[keyOrId].Id));

    public void Show(string keyOrId) => See(() => hidden = hidden.Remove(this[keyOrId].Id));

    /// <summary>The account loses its sight of a project and its issues; a query that names the project is then an error.</summary>
    public void HideProject(string key) => See(() => hiddenProjects = hiddenProjects.Add(ProjectOf(key).Key));

    public void ShowProject(string key) => See(() => hiddenProjects = hiddenProjects.Remove(key));

    /// <summary>Renames a status everywhere at once. Its id stays.</summary>
    public void Rename(Status status, string name) => See(() => renamed = renamed.SetItem(status.Id, status with { Name = name }));

    /// <summary>Renames a person everywhere at once. The account id stays.</summary>
    public void Rename(User user, string displayName) =>
        See(() => renamed = renamed.SetItem(user.AccountId, user with { DisplayName = displayName }));

    public Status? FindStatus(string nameOrId) =>
        Statuses.FirstOrDefault(s => s.Id == nameOrId || s.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));

    internal bool Hides(Issue issue) => hidden.Contains(issue.Id) || hiddenProjects.Contains(issue.Project.Key);

    internal bool Hides(Project project) => hiddenProjects.Contains(project.Key);

    /// <summary>The issue if the account may see it.</summary>
    internal Issue? Visible(string keyOrId) => Find(keyOrId) is { } issue && !Hides(issue) ? issue : null;

    internal Status Present(Status status) => renamed.TryGetValue(status.Id, out var now) ? (Status)now : status;

    internal User Present(User user) => renamed.TryGetValue(user.AccountId, out var now) ? (User)now : user;

    void See(Action change)
    {
        lock (gate)
        {
            change();
            Version++;
        }
    }
}
