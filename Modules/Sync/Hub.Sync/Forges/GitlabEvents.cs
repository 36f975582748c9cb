using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Commits;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.Forges;

/// <summary>What GitLab's webhooks and its API tell of issues, merge requests and pushes.</summary>
internal static class GitlabEvents
{
    public const string Issue = "issue";
    public const string MergeRequest = "merge_request";

    /// <param name="payload">The body of a webhook.</param>
    /// <param name="site">The address of the GitLab.</param>
    /// <param name="receivedAt">When it came, for events that carry no time.</param>
    /// <returns>Null when nothing is kept of such an event.</returns>
    public static ForgeTold? OfEvent(JsonElement payload, string site, DateTimeOffset receivedAt)
    {
        var kind = payload.Text("object_kind");
        var (subject, record) = kind switch
        {
            // A comment comes with the whole of what it is on.
            "note" when payload.At(MergeRequest).ValueKind is JsonValueKind.Object => (MergeRequest, payload.At(MergeRequest)),
            "note" when payload.At(Issue).ValueKind is JsonValueKind.Object => (Issue, payload.At(Issue)),
            "work_item" => (Issue, payload.At("object_attributes")),
            _ => (kind, payload.At("object_attributes")),
        };
        var number = payload.Number("project", "id") ?? payload.Number("project_id") ?? record.Number("project_id") ?? record.Number("target_project_id");
        if (number is not { } id || payload.Text("project", "path_with_namespace") is not { } path)
            return null;
        var told = new ForgeTold
        {
            Provider = "gitlab",
            SiteKey = JiraSettings.SiteKey(site),
            At = record.When("updated_at") ?? receivedAt,
            Repository = new ForgeRepository(
                id, path, payload.Text("project", "default_branch"), payload.Text("project", "web_url"),
                payload.Number("project", "visibility_level") is not 20,
                payload.Text("project", "description")) { Names = [$"{id}", path] },
        };
        return subject switch
        {
            "push" => told with
            {
                Branch = ForgeJson.BranchOf(payload.Text("ref")), Commits = [.. payload.Items("commits").Select(GitlabRecords.Commit).OfType<CommitRow>()],
            },
            Issue when record.Number("iid") is { } iid => Complete(record)
                ? told with { Ticket = GitlabRecords.Ticket(record, payload, path) } : told with { Missing = new ForgeRecord(Issue, $"{id}/{iid}") },
            MergeRequest when record.Number("iid") is { } iid => Complete(record)
                ? told with { Pull = GitlabRecords.Pull(record, payload), Opened = record.Text("action") == "open" }
                : told with { Missing = new ForgeRecord(MergeRequest, $"{id}/{iid}") },
            _ => null,
        };
    }

    /// <param name="kind">issue or merge_request.</param>
    /// <param name="record">What the API answers of it.</param>
    /// <param name="site">The address of the GitLab.</param>
    public static ForgeTold? OfAnswer(string kind, JsonElement record, string site)
    {
        if (record.Number("project_id") is not { } id || record.When("updated_at") is not { } at)
            return null;
        var told = new ForgeTold { Provider = "gitlab", SiteKey = JiraSettings.SiteKey(site), At = at, Repository = new ForgeRepository(id, null) };
        return kind == MergeRequest ? told with { Pull = GitlabRecords.Pull(record, record) }
            : PathOf(record) is { } path ? told with { Ticket = GitlabRecords.Ticket(record, record, path) } : null;
    }

    private static bool Complete(JsonElement record) =>
        record.Text("title") is not null && record.When("updated_at") is not null && record.At("description").ValueKind is not JsonValueKind.Undefined;

    private static string? PathOf(JsonElement record) => record.Text("references", "full")?.Split('#')[0]
        ?? (Uri.TryCreate(record.Text("web_url"), UriKind.Absolute, out var url)
            && url.AbsolutePath.Replace("/-/", "/", StringComparison.Ordinal) is var path
            && path.LastIndexOf("/issues/", StringComparison.Ordinal) is > 0 and var end
            ? path[1..end] : null);
}
