using System.Text.Json;
using Hub.Sync.Tickets;

namespace Hub.Sync.Jira;

/// <summary>Turns an issue, as any search or webhook of Jira shows it, into a ticket.</summary>
internal static class JiraIssue
{
    /// <summary>What is asked for explicitly: Cloud's search gives nothing but ids otherwise.</summary>
    public static readonly IReadOnlyList<string> Fields =
    [
        "summary", "description", "status", "priority", "issuetype", "project", "assignee", "reporter", "labels", "duedate", "created", "updated",
    ];

    /// <param name="issue">The issue with its <c>fields</c>.</param>
    /// <param name="site">The site's address for people, with its context path.</param>
    /// <param name="stored">The ticket as it is stored: fields that the issue does not carry keep their values. Null takes them as empty.</param>
    /// <returns>Null when it lacks what makes a ticket: id, key or time of its last update.</returns>
    public static RemoteTicket? Read(JsonElement issue, string site, RemoteTicket? stored = null)
    {
        var fields = issue.At("fields");
        if (issue.Text("id") is not { } id || issue.Text("key") is not { } key || JiraTime.Instant(fields.At("updated")) is not { } updated)
            return null;

        var assignee = fields.At("assignee");
        var reporter = fields.At("reporter");
        return new RemoteTicket
        {
            ExternalId = id,
            Key = key,
            ProjectKey = ProjectOf(issue)!,
            IssueType = Take("issuetype", type => type.Text("name"), stored?.IssueType),
            Summary = Take("summary", summary => summary.Text(), stored?.Summary) ?? "",
            Description = Take("description", RichText, stored?.Description),
            Status = Take("status", status => status.Text("name"), stored?.Status),
            StatusCategory = Take("status", status => status.Text("statusCategory", "key"), stored?.StatusCategory),
            Priority = Take("priority", priority => priority.Text("name"), stored?.Priority),
            AssigneeId = Take("assignee", Identity, stored?.AssigneeId),
            Assignee = Take("assignee", person => person.Text("displayName") ?? Identity(person), stored?.Assignee),
            AssigneeEmail = Take("assignee", person => person.Text("emailAddress"), stored?.AssigneeEmail),
            ReporterId = Take("reporter", Identity, stored?.ReporterId),
            Reporter = Take("reporter", person => person.Text("displayName") ?? Identity(person), stored?.Reporter),
            Labels = Take("labels", Labels, stored?.Labels) ?? [],
            DueDate = Take("duedate", JiraTime.Day, stored?.DueDate),
            Url = $"{site.TrimEnd('/')}/browse/{Uri.EscapeDataString(key)}",
            RemoteCreatedAt = Take("created", JiraTime.Instant, stored?.RemoteCreatedAt),
            RemoteUpdatedAt = updated,
            Source = issue,
        };

        T? Take<T>(string field, Func<JsonElement, T?> read, T? otherwise) =>
            fields.ValueKind is JsonValueKind.Object && fields.TryGetProperty(field, out var value) ? read(value) : otherwise;
    }

    public static string? ProjectOf(JsonElement issue) =>
        issue.Text("fields", "project", "key") ?? (issue.Text("key") is { } key ? key[..Math.Max(0, key.LastIndexOf('-'))] : null);

    // Cloud knows people by account id, a Data Center by user name.
    private static string? Identity(JsonElement person) => person.Text("accountId") ?? person.Text("name") ?? person.Text("key");

    private static string? RichText(JsonElement value)
    {
        var text = value.ValueKind is JsonValueKind.Object ? AdfText.Of(value) : value.Text()?.ReplaceLineEndings("\n").Trim();
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static IReadOnlyList<string>? Labels(JsonElement labels)
    {
        if (labels.ValueKind is not JsonValueKind.Array)
            return [];
        var words = labels.EnumerateArray().Select(label => label.Text()?.Replace(RemoteTicket.LabelSeparator, ' ')).OfType<string>();
        return [.. words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
