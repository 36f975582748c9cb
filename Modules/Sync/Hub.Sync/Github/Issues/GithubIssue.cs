using System.Text.Json;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;

namespace Hub.Sync.Github.Issues;

/// <summary>Reads an issue as a ticket. Its key is what people write, such as <c>acme/api#12</c>.</summary>
internal static class GithubIssue
{
    /// <returns>Null when the record is no issue.</returns>
    public static RemoteTicket? Read(JsonElement record, Repo repo)
    {
        if (record.Text("id") is not { } id || record.Count("number") is not { } number || record.Time("updated_at") is not { } updated)
            return null;
        var open = record.Text("state") != "closed";
        return new RemoteTicket
        {
            ExternalId = id,
            Key = $"{repo.FullName}#{number}",
            ProjectKey = repo.FullName,
            IssueType = record.Text("type", "name"),
            Summary = record.Text("title") ?? "",
            Description = record.Text("body"),
            Status = open ? "open" : "closed",
            StatusCategory = open ? "new" : "done",
            AssigneeId = record.Text("assignee", "id"),
            Assignee = record.Text("assignee", "login"),
            ReporterId = record.Text("user", "id"),
            Reporter = record.Text("user", "login"),
            Labels = [.. record.Items("labels").Select(Label).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Url = record.Text("html_url"),
            RemoteCreatedAt = record.Time("created_at"),
            RemoteUpdatedAt = updated,
            Source = record,
        };
    }

    /// <summary>Lists of issues contain the pull requests too.</summary>
    public static bool IsPull(JsonElement record) => record.At("pull_request").ValueKind is JsonValueKind.Object;

    // Old labels are plain text instead of objects.
    private static string? Label(JsonElement label) =>
        (label.Text("name") ?? label.Text())?.Replace(RemoteTicket.LabelSeparator.ToString(), "", StringComparison.Ordinal);
}
