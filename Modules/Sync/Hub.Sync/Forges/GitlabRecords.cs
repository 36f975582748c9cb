using System.Globalization;
using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Commits;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;

namespace Hub.Sync.Forges;

/// <summary>Issues, merge requests and commits of GitLab in the form in which they are stored.</summary>
internal static class GitlabRecords
{
    /// <param name="record">The issue.</param>
    /// <param name="around">Where its people and labels are told: the event, or the issue itself.</param>
    /// <param name="path">The path of its project.</param>
    /// <returns>Null when it lacks what makes a ticket.</returns>
    public static RemoteTicket? Ticket(JsonElement record, JsonElement around, string path)
    {
        if (record.Text("id") is not { } id || record.When("updated_at") is not { } updated)
            return null;
        var open = record.Text("state") != "closed";
        var assignee = around.Items("assignees").FirstOrDefault() is { ValueKind: JsonValueKind.Object } first ? first : around.At("assignee");
        return new RemoteTicket
        {
            ExternalId = id,
            Key = $"{path}#{record.Number("iid")}",
            ProjectKey = path,
            IssueType = record.Text("type") ?? record.Text("issue_type"),
            Summary = record.Text("title") ?? "",
            Description = record.Text("description"),
            Status = open ? "open" : "closed",
            StatusCategory = open ? "new" : "done",
            AssigneeId = assignee.Text("id") ?? record.Text("assignee_id"),
            Assignee = assignee.Text("username"),
            ReporterId = record.Text("author", "id") ?? record.Text("author_id"),
            Reporter = Author(record, around),
            Labels = [.. Labels(record, around)],
            DueDate = DateOnly.TryParse(record.Text("due_date"), CultureInfo.InvariantCulture, out var due) ? due : null,
            Url = record.Text("web_url") ?? record.Text("url"),
            RemoteCreatedAt = record.When("created_at"),
            RemoteUpdatedAt = updated,
            Source = record,
        };
    }

    /// <param name="record">The merge request.</param>
    /// <param name="around">Where its people and labels are told: the event, or the merge request itself.</param>
    /// <returns>Null when it lacks what makes a pull request.</returns>
    public static PullRow? Pull(JsonElement record, JsonElement around)
    {
        if (record.Number("id") is not { } id || record.Count("iid") is not { } number || record.When("updated_at") is not { } updated)
            return null;
        var (title, body, head) = (record.Text("title") ?? "", record.Text("description"), record.Text("source_branch") ?? "");
        var state = record.Text("state") switch { "merged" => "merged", "closed" => "closed", _ => "open" };
        return new PullRow
        {
            ExternalId = id,
            Number = number,
            Title = title,
            Body = body,
            State = state,
            Draft = record.Flag("draft") || record.Flag("work_in_progress"),
            Author = Author(record, around),
            AuthorId = record.Number("author", "id") ?? record.Number("author_id"),
            Labels = Labels(record, around),
            Milestone = record.Text("milestone", "title"),
            HeadRef = head,
            HeadSha = record.Text("last_commit", "id") ?? record.Text("sha") ?? "",
            HeadRepository = record.Text("source", "path_with_namespace"),
            BaseRef = record.Text("target_branch") ?? "",
            BaseSha = "",
            MergeCommitSha = record.Text("merge_commit_sha"),
            MergedAt = record.When("merged_at") ?? (state == "merged" ? updated : null),
            ClosedAt = record.When("closed_at") ?? (state == "open" ? null : updated),
            RemoteCreatedAt = record.When("created_at") ?? updated,
            RemoteUpdatedAt = updated,
            TicketKeys = ForgeJson.KeysOf(title, body, head),
            HtmlUrl = record.Text("web_url") ?? record.Text("url"),
            Source = record,
        };
    }

    /// <returns>Null when it is no commit.</returns>
    public static CommitRow? Commit(JsonElement record) =>
        record.Text("id") is not { } sha || record.When("timestamp") is not { } at ? null : new CommitRow
        {
            Sha = sha,
            AuthorName = record.Text("author", "name"),
            AuthorEmail = record.Text("author", "email"),
            AuthoredAt = at,
            CommittedAt = at,
            Message = record.Text("message") ?? "",
            Parents = [],
            OnDefaultBranch = false,
            TicketKeys = Github.Links.TicketKeys.Of(record.Text("message")),
            HtmlUrl = record.Text("url"),
            Source = record,
        };

    // An event names the one who did it; he is the author where the numbers are the same.
    private static string? Author(JsonElement record, JsonElement around) => record.Text("author", "username")
        ?? (around.Text("user", "id") is { } actor && actor == record.Text("author_id") ? around.Text("user", "username") : null);

    private static IReadOnlyList<string> Labels(JsonElement record, JsonElement around) =>
        [.. record.Items("labels").Concat(around.Items("labels")).Select(label => label.Text("title") ?? label.Text()).OfType<string>()
            .Select(label => label.Replace(RemoteTicket.LabelSeparator.ToString(), "", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
